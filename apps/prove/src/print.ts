import { haveWaited } from './check/neighbours.ts'
import type { Fault } from './fault.ts'
import { LOADS, type Load } from './load/loads.ts'
import type { Machine } from './machine.ts'
import type { Result } from './result.ts'

/** Every run of one fault. */
interface Line {
  fault: Pick<Fault, 'id' | 'title' | 'loads'>
  rows: Result[]
}

const COLUMNS: [string, (line: Line) => string][] = [
  ['fault', ({ fault: { id, title } }) => `${id} ${title}`],
  ['runs', ({ rows }) => `${rows.length}`],
  ['sent', ({ rows }) => sum(rows, 'sent')],
  ['lost', ({ rows }) => sum(rows, 'lost')],
  ['doubled', ({ rows }) => sum(rows, 'doubled')],
  ['wrong answers', ({ rows }) => sum(rows, 'wrongAnswers')],
  ['others’ p99, s: idle, base, high', (line) => ofLoads(line, waits)],
  ['recovery, s: idle, base, high', (line) => ofLoads(line, recovery)],
  ['verdict', ({ rows }) => verdictOf(rows)],
]

/** Date, seeds, rates and machine, then a Markdown table: a line per fault, summed over its runs. */
export const table = (faults: readonly Line['fault'][], rows: Result[]): string =>
  rows.length === 0 ? body(faults, rows) : `${head(rows)}\n\n${body(faults, rows)}`

function head(rows: Result[]): string {
  const machines = rows.flatMap(({ machine }) => machine ?? [])
  const each = (name: keyof Machine) => [...new Set(machines.map((machine) => machine[name]))].join(' and ')
  return [
    [...new Set(rows.map(({ at }) => at.slice(0, 10)))].sort().join(' and '),
    `version ${[...new Set(rows.map(({ version }) => version))].join(' and ')}`,
    `seeds ${rangeOf(rows.map(({ seed }) => seed))}`,
    ...LOADS.flatMap((load) => ratesOf(rows, load)),
    `${each('cpus')} CPUs with a load of ${rangeOf(machines.map(({ load }) => load))}`,
    `Node ${each('node')}`,
    `Postgres ${each('postgres')}`,
    `Redis ${each('redis')}`,
  ].join(', ')
}

function ratesOf(rows: Result[], load: Load): string[] {
  const rates = rows.filter((row) => row.load === load).map(({ rate }) => rate)
  return rates.length === 0 ? [] : [`${load}: ${rangeOf(rates)} events a second`]
}

function body(faults: readonly Line['fault'][], rows: Result[]): string {
  const lines = faults.map((fault) => ({ fault, rows: rows.filter(({ id }) => id === fault.id) }))
  const cells = lines.map((line) => COLUMNS.map(([, cell]) => cell(line)))
  const headings = COLUMNS.map(([heading]) => heading)
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...cells.map((line) => line[column]?.length ?? 0)),
  )
  const printed = (texts: string[]) =>
    `| ${texts.map((text, column) => text.padEnd(widths[column] ?? 0)).join(' | ')} |`
  return [printed(headings), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...cells.map(printed)].join(
    '\n',
  )
}

type Sum = 'sent' | 'lost' | 'doubled' | 'wrongAnswers'

const sum = (rows: Result[], name: Sum): string => `${rows.reduce((total, row) => total + row[name], 0)}`

/** The runs of each load in one cell; `–` where there is none. */
function ofLoads({ rows }: Line, cell: (rows: [Result, ...Result[]]) => string): string {
  return LOADS.map((load) => {
    const [first, ...more] = rows.filter((row) => row.load === load && row.machine !== undefined)
    return first ? cell([first, ...more]) : '–'
  }).join(', ')
}

/** Before → since, of the run that judges worst. */
function waits(rows: [Result, ...Result[]]): string {
  const [worst] = rows
    .flatMap(({ neighbours }) => neighbours ?? [])
    .sort((one, other) => Number(haveWaited(other)) - Number(haveWaited(one)) || other.duringMs - one.duringMs)
  return worst ? `${inSeconds(worst.beforeMs)} → ${inSeconds(worst.duringMs)}` : '–'
}

const inSeconds = (milliseconds: number): string => (milliseconds / 1_000).toFixed(1)

const recovery = (rows: [Result, ...Result[]]): string =>
  `${Math.max(...rows.map(({ recoverySeconds }) => recoverySeconds)).toFixed(1)} of ${rows[0].budgetSeconds}`

function verdictOf(rows: Result[]): string {
  if (rows.length === 0) return 'not run'
  const broken = rows.filter(({ verdict }) => verdict === 'BROKEN')
  if (broken.length === 0) return 'holds'
  return broken.length === rows.length
    ? 'BROKEN'
    : `BROKEN (${broken.map(({ load, seed }) => `${load} ${seed}`).join(', ')})`
}

function rangeOf(numbers: number[]): string {
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)]
  return least === most ? `${least}` : `${least} to ${most}`
}

const FINDINGS_SHOWN = 5

/** Violations and measurements of each run that has any. */
export function findings(rows: Result[]): string {
  return rows
    .map(({ id, seed, load, findings: all, notes }) => {
      const more = all.length > FINDINGS_SHOWN ? [`… and ${all.length - FINDINGS_SHOWN} more`] : []
      const shown = [...all.slice(0, FINDINGS_SHOWN), ...more, ...notes]
      return [`${id}, ${load}, seed ${seed}:`, ...shown.map((one) => `  ${one}`)]
    })
    .filter(({ length }) => length > 1)
    .flat()
    .join('\n')
}
