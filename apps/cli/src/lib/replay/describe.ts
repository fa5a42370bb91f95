import type { ChangedColumn, ChangedRow, Preview } from '@sluice/database/replay'
import { table } from '../table.ts'

export interface TableCount {
  table: string
  isNew: number
  changed: number
}

/** Counts new and changed rows per table. */
export function countByTable(rows: ChangedRow[]): TableCount[] {
  const counts = new Map<string, TableCount>()
  for (const { table, isNew } of rows) {
    const count = counts.get(table) ?? { table, isNew: 0, changed: 0 }
    count[isNew ? 'isNew' : 'changed'] += 1
    counts.set(table, count)
  }
  return [...counts.values()].sort((a, b) => (a.table < b.table ? -1 : 1))
}

/** Describes a preview as text: with `isDiff` each row, else the counts; always the events that would fail. */
export function describePreview({ events, rows, failures }: Preview & { events: number }, isDiff: boolean): string {
  if (events === 0) return 'No finished event with a body matches.'
  const blocks = [
    isDiff ? rows.flatMap(linesOf).join('\n') : describeCounts(rows),
    failures.map(({ eventId, type, cause }) => `${eventId} ${type} would fail: ${cause}`).join('\n'),
    `${count(events, 'event')} checked, nothing written: ${describeSum(rows, failures.length)}.`,
  ]
  return blocks.filter((block) => block !== '').join('\n\n')
}

function linesOf({ table, key, isNew, columns }: ChangedRow): string[] {
  if (!isNew) return columns.map((column) => `${table} ${key} ${describeChange(column)}`)
  const values = columns.flatMap((column) => ('after' in column ? [`${column.column} ${text(column.after)}`] : []))
  return [`${table} ${key}: new${values.length > 0 ? ` (${values.join(', ')})` : ''}`]
}

const describeChange = (change: ChangedColumn): string =>
  'after' in change
    ? `${change.column}: ${text(change.before)} → ${text(change.after)}`
    : `${change.column}: changes (value not shown)`

const text = (value: unknown): string => (value === null ? 'none' : String(value))

function describeCounts(rows: ChangedRow[]): string {
  if (rows.length === 0) return ''
  const counts = countByTable(rows).map(({ table, isNew, changed }) => [table, String(isNew), String(changed)])
  return table(['TABLE', 'NEW', 'CHANGED'], counts)
}

function describeSum(rows: ChangedRow[], failures: number): string {
  if (rows.length + failures === 0) return 'a replay would change nothing'
  const made = rows.filter(({ isNew }) => isNew).length
  const changed = count(rows.length - made, 'row')
  return `a replay would change ${changed}, add ${count(made, 'row')}, and fail for ${count(failures, 'event')}`
}

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`
