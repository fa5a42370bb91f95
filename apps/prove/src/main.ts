import { join } from 'node:path'
import { REPOSITORY } from '@sluice/testing'
import { Command, InvalidArgumentError } from 'commander'
import type { Fault } from './fault.ts'
import { FAULTS } from './faults/index.ts'
import { keepRow, keptRows } from './kept-rows.ts'
import { findings, table } from './print.ts'
import { startProgress } from './progress.ts'
import { prove, RATE } from './prove.ts'
import { type Row, unproven } from './row.ts'

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
  .argument('[faults...]', 'their numbers, e.g. F12 F27; all of them unless told')
  .option('--seed <number>', 'what is sent, and in which order', wholeNumber, 1)
  .option('--seeds <count>', 'so many seeds, beginning with --seed', wholeNumber, 1)
  .option('--rate <number>', 'events a second, instead of each fault’s own', wholeNumber)
  .option('--list', 'print the faults and run none')
  .option('--kept', 'print the last runs that are kept and make none')
  .option('--json', 'print JSON instead of a table')
  .addHelpText(
    'after',
    '\nRaw logs are kept in .sluice/prove. Exits 1 unless nothing is lost, doubled, answered wrongly or late.',
  )
  .action(async (names: string[], options: Options) => {
    const faults = wanted(names)
    if (options.list) return console.log(faults.map(({ id, title }) => `${id.padEnd(6)}${title}`).join('\n'))
    const seeds = Array.from({ length: options.seeds }, (_, index) => options.seed + index)
    const rows = options.kept ? await keptOf(faults) : await proveAll(faults, seeds, options.rate)
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

/** In the order of the faults. */
async function keptOf(faults: readonly Fault[]): Promise<Row[]> {
  const rows = (await keptRows(RUNS)).toSorted((one, other) => one.seed - other.seed)
  return faults.flatMap((fault) => rows.filter(({ id }) => id === fault.id))
}

/** Rejects on Ctrl-C: it ends the run, and what it started with it. */
function interruption(): Promise<never> {
  return new Promise((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => reject(new Error('it was interrupted')))
  })
}

async function proveAll(faults: readonly Fault[], seeds: number[], rate?: number): Promise<Row[]> {
  const date = new Date().toISOString().slice(0, 10)
  const rows: Row[] = []
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
        unproven(fault, seed, rate ?? fault.rate ?? RATE, error),
      )
      await keepRow(folder, row)
      rows.push(row)
      progress.advance()
      if (isOver) return rows
    }
  }
  progress.finish()
  return rows
}
