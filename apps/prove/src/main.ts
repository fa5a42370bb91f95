import { join } from 'node:path'
import { REPOSITORY } from '@sluice/testing'
import { Command, InvalidArgumentError, Option } from 'commander'
import type { Fault } from './fault.ts'
import { FAULTS } from './faults/index.ts'
import { LOADS, type Load, rateOf } from './load/loads.ts'
import { findings, table } from './print.ts'
import type { Result } from './result.ts'
import { runAll } from './run-all.ts'
import { savedResults } from './saved-runs.ts'
import { isFixed } from './version.ts'
import { writeTable } from './write-table.ts'

interface Options {
  seed: number
  seeds?: number
  load?: Load | 'all'
  all?: true
  rate?: number
  again?: true
  list?: true
  kept?: true
  write?: true
  json?: true
}

const RUNS = join(REPOSITORY, '.sluice', 'prove')
/** Of `--all`. */
const SEEDS = 3

const wholeNumber = (text: string): number => {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('must be a whole number')
  return Number(text)
}

await new Command('prove')
  .description('Breaks one thing at a time under load and counts what was lost, doubled or answered wrongly.')
  .argument('[faults...]', 'their numbers, e.g. F12 F27 (default: all)')
  .option('--seed <number>', 'decides which events are sent, and in which order', wholeNumber, 1)
  .option('--seeds <count>', 'how many seeds to run, starting at --seed (default: 1, with --all 3)', wholeNumber)
  .addOption(
    new Option('--load <load>', 'rate of other events (default: base, with --all all)').choices([...LOADS, 'all']),
  )
  .option('--all', 'run every load with three seeds')
  .option('--rate <number>', 'events a second, instead of the load’s own', wholeNumber)
  .option('--again', 'also run what an earlier invocation ran with the same version of the code')
  .option('--list', 'print the faults and run none')
  .option('--kept', 'print the results of earlier runs and run none')
  .option('--write', 'write the newest results of committed code into apps/prove/README.md')
  .option('--json', 'print JSON instead of a table')
  .addHelpText(
    'after',
    '\nRaw logs are kept in .sluice/prove. Exits 1 unless nothing is lost, doubled, answered wrongly or late.',
  )
  .action(async (names: string[], options: Options) => {
    const faults = wanted(names)
    if (options.list) return console.log(faults.map(({ id, title }) => `${id.padEnd(6)}${title}`).join('\n'))
    const rows = options.kept ? await savedResultsOf(faults) : await runAll(RUNS, runsWanted(faults, options))
    console.log(options.json ? JSON.stringify(rows, null, 2) : table(faults, rows))
    if (!options.json) console.error(findings(rows))
    if (options.write) await writeTable(table(FAULTS, (await savedResultsOf(FAULTS)).filter(isOfficial)))
    if (rows.some(({ verdict }) => verdict === 'BROKEN')) process.exitCode = 1
  })
  .parseAsync()

function runsWanted(
  faults: readonly Fault[],
  { all, load = all ? 'all' : 'base', seed, rate, again, ...more }: Options,
) {
  const seeds = Array.from({ length: more.seeds ?? (all ? SEEDS : 1) }, (_, index) => seed + index)
  return { faults, loads: load === 'all' ? LOADS : [load], seeds, rate, again }
}

function wanted(names: string[]): readonly Fault[] {
  if (names.length === 0) return FAULTS
  return names.flatMap((name) => {
    const found = FAULTS.filter(({ id }) => id.toLowerCase() === name.toLowerCase())
    if (found.length === 0) throw new Error(`There is no fault ${name}; --list names them.`)
    return found
  })
}

/** A run of a commit, at the load's own rate. */
function isOfficial({ id, version, load, rate }: Result): boolean {
  return isFixed(version) && rate === rateOf(load, rate, FAULTS.find((fault) => fault.id === id)?.rate)
}

/** Ordered by fault, load and seed. */
async function savedResultsOf(faults: readonly Fault[]): Promise<Result[]> {
  const rows = (await savedResults(RUNS)).toSorted((one, other) => one.seed - other.seed)
  return faults.flatMap(({ id }) => LOADS.flatMap((load) => rows.filter((row) => row.id === id && row.load === load)))
}
