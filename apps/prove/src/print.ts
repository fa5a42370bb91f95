import type { Machine } from './machine.ts'
import type { Result } from './result.ts'

const COLUMNS: [string, (rows: [Result, ...Result[]]) => string][] = [
  ['fault', ([{ id, title }]) => `${id} ${title}`],
  ['seeds', (rows) => rangeOf(rows.map(({ seed }) => seed))],
  ['sent', (rows) => sum(rows, 'sent')],
  ['acknowledged', (rows) => sum(rows, 'acknowledged')],
  ['lost', (rows) => sum(rows, 'lost')],
  ['doubled', (rows) => sum(rows, 'doubled')],
  ['wrong answers', (rows) => sum(rows, 'wrongAnswers')],
  ['recovery', (rows) => `${worst(rows).toFixed(1)} s of ${rows[0].budgetSeconds}`],
  ['verdict', (rows) => verdictOf(rows)],
]

/** Date, seeds, rate and machine, then a Markdown table: a line per fault, summed over its seeds. */
export const table = (rows: Result[]): string =>
  rows.length === 0 ? 'There are no runs.' : `${head(rows)}\n\n${body(rows)}`

function head(rows: Result[]): string {
  const machines = rows.flatMap(({ machine }) => machine ?? [])
  const each = (name: keyof Machine) => [...new Set(machines.map((machine) => machine[name]))].join(' and ')
  return [
    [...new Set(rows.map(({ at }) => at.slice(0, 10)))].sort().join(' and '),
    `seeds ${rangeOf(rows.map(({ seed }) => seed))}`,
    `${rangeOf(rows.map(({ rate }) => rate))} events a second`,
    `${each('cpus')} CPUs with a load of ${rangeOf(machines.map(({ load }) => load))}`,
    `Node ${each('node')}`,
    `Postgres ${each('postgres')}`,
    `Redis ${each('redis')}`,
  ].join(', ')
}

function body(rows: Result[]): string {
  const faults = [...new Set(rows.map(({ id }) => id))].map((id) => rows.filter((row) => row.id === id))
  const cells = faults.map((runs) => COLUMNS.map(([, cell]) => cell(runs as [Result, ...Result[]])))
  const headings = COLUMNS.map(([heading]) => heading)
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...cells.map((line) => line[column]?.length ?? 0)),
  )
  const line = (texts: string[]) => `| ${texts.map((text, column) => text.padEnd(widths[column] ?? 0)).join(' | ')} |`
  return [line(headings), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...cells.map(line)].join('\n')
}

type Sum = 'sent' | 'acknowledged' | 'lost' | 'doubled' | 'wrongAnswers'

const sum = (rows: Result[], name: Sum): string => `${rows.reduce((total, row) => total + row[name], 0)}`

const worst = (rows: Result[]): number => Math.max(...rows.map(({ recoverySeconds }) => recoverySeconds))

function verdictOf(rows: Result[]): string {
  const broken = rows.filter(({ verdict }) => verdict === 'BROKEN')
  if (broken.length === 0) return 'holds'
  return broken.length === rows.length ? 'BROKEN' : `BROKEN (${broken.map(({ seed }) => seed).join(', ')})`
}

function rangeOf(numbers: number[]): string {
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)]
  return least === most ? `${least}` : `${least} to ${most}`
}

const FINDINGS_SHOWN = 5

/** Violations and measurements of each run that has any. */
export function findings(rows: Result[]): string {
  return rows
    .map(({ id, seed, findings: all, notes }) => {
      const more = all.length > FINDINGS_SHOWN ? [`… and ${all.length - FINDINGS_SHOWN} more`] : []
      return [`${id}, seed ${seed}:`, ...[...all.slice(0, FINDINGS_SHOWN), ...more, ...notes].map((one) => `  ${one}`)]
    })
    .filter(({ length }) => length > 1)
    .flat()
    .join('\n')
}
