import { join } from 'node:path'
import { REPOSITORY } from '@sluice/testing'
import { Command, InvalidArgumentError } from 'commander'
import type { Fault } from './fault.ts'
import { FAULTS } from './faults/index.ts'
import { findings, table } from './print.ts'
import { startProgress } from './progress.ts'
import { prove, RATE } from './prove.ts'
import { failedRun, type Result } from './result.ts'
import { savedResults, saveResult } from './saved-runs.ts'

interface Options {
  seed: number
  seeds: number
  rate?: number
  list?: true
  kept?: true
  json?: true
}

const RUNS = join(REPOSITORY, '.sluice', 'prove')

const wholeNumber = (text: string): number => {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('must be a whole number')
  return Number(text)
}

await new Command('prove')
  .description('Breaks one thing at a time under load and counts what was lost, doubled or answered wrongly.')
  .argument('[faults...]', 'their numbers, e.g. F12 F27 (default: all)')
  .option('--seed <number>', 'decides which events are sent, and in which order', wholeNumber, 1)
  .option('--seeds <count>', 'how many seeds to run, starting at --seed', wholeNumber, 1)
  .option('--rate <number>', 'events a second, instead of each fault’s own', wholeNumber)
  .option('--list', 'print the faults and run none')
  .option('--kept', 'print the results of earlier runs and run none')
  .option('--json', 'print JSON instead of a table')
  .addHelpText(
    'after',
    '\nRaw logs are kept in .sluice/prove. Exits 1 unless nothing is lost, doubled, answered wrongly or late.',
  )
  .action(async (names: string[], options: Options) => {
    const faults = wanted(names)
    if (options.list) return console.log(faults.map(({ id, title }) => `${id.padEnd(6)}${title}`).join('\n'))
    const seeds = Array.from({ length: options.seeds }, (_, index) => options.seed + index)
    const rows = options.kept ? await savedResultsOf(faults) : await proveAll(faults, seeds, options.rate)
    console.log(options.json ? JSON.stringify(rows, null, 2) : table(rows))
    if (!options.json) console.error(findings(rows))
    if (rows.some(({ verdict }) => verdict === 'BROKEN')) process.exitCode = 1
  })
  .parseAsync()

function wanted(names: string[]): readonly Fault[] {
  if (names.length === 0) return FAULTS
  return names.flatMap((name) => {
    const found = FAULTS.filter(({ id }) => id.toLowerCase() === name.toLowerCase())
    if (found.length === 0) throw new Error(`There is no fault ${name}; --list names them.`)
    return found
  })
}

/** Ordered by fault, then by seed. */
async function savedResultsOf(faults: readonly Fault[]): Promise<Result[]> {
  const rows = (await savedResults(RUNS)).toSorted((one, other) => one.seed - other.seed)
  return faults.flatMap((fault) => rows.filter(({ id }) => id === fault.id))
}

/** Rejects on Ctrl-C, which ends the run and all that it started. */
function interruption(): Promise<never> {
  return new Promise((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => reject(new Error('it was interrupted')))
  })
}

async function proveAll(faults: readonly Fault[], seeds: number[], rate?: number): Promise<Result[]> {
  const date = new Date().toISOString().slice(0, 10)
  const rows: Result[] = []
  let isOver = false
  const interrupted = interruption()
  interrupted.catch(() => {
    isOver = true
  })
  const progress = startProgress(faults.length * seeds.length)
  for (const fault of faults) {
    for (const seed of seeds) {
      const folder = join(RUNS, `${date}-${fault.id}-${seed}`)
      const step = (what: string) => progress.step(`${fault.id} ${what}`)
      const row = await prove(fault, { seed, folder, rate, interrupted, step }).catch((error) =>
        failedRun(fault, seed, rate ?? fault.rate ?? RATE, error),
      )
      await saveResult(folder, row)
      rows.push(row)
      progress.advance()
      if (isOver) return rows
    }
  }
  progress.finish()
  return rows
}
