import type { Row } from './row.ts'

const COLUMNS: [string, (row: Row) => string][] = [
  ['fault', ({ id, title }) => `${id} ${title}`],
  ['seed', ({ seed }) => `${seed}`],
  ['sent', ({ sent }) => `${sent}`],
  ['acknowledged', ({ acknowledged }) => `${acknowledged}`],
  ['lost', ({ lost }) => `${lost}`],
  ['doubled', ({ doubled }) => `${doubled}`],
  ['wrong answers', (row) => `${row.wrongAnswers}`],
  ['recovery', (row) => `${row.recoverySeconds.toFixed(1)} s of ${row.budgetSeconds}`],
  ['verdict', ({ verdict }) => verdict],
]

/** A table in Markdown, to be read as it is. */
export function table(rows: Row[]): string {
  const cells = [COLUMNS.map(([heading]) => heading), ...rows.map((row) => COLUMNS.map(([, cell]) => cell(row)))]
  const widths = COLUMNS.map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0)))
  const line = (texts: string[]) => `| ${texts.map((text, column) => text.padEnd(widths[column] ?? 0)).join(' | ')} |`
  const [headings = [], ...body] = cells
  return [line(headings), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...body.map(line)].join('\n')
}

const FINDINGS_SHOWN = 5

/** What is wrong, of each run that does not hold. */
export function findings(rows: Row[]): string {
  return rows
    .filter(({ verdict }) => verdict === 'BROKEN')
    .map(({ id, seed, findings: all }) => {
      const more = all.length > FINDINGS_SHOWN ? [`… and ${all.length - FINDINGS_SHOWN} more`] : []
      return [`${id}, seed ${seed}:`, ...[...all.slice(0, FINDINGS_SHOWN), ...more].map((one) => `  ${one}`)].join('\n')
    })
    .join('\n')
}
