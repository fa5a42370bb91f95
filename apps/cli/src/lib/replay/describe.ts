import {
  type ChangedColumn,
  type ChangedRow,
  countByTable,
  type ErasedEvent,
  type KeptRow,
  moneyOf,
  type SentMessage,
} from '@sluice/database/replay'
import { table } from '../table.ts'
import type { PreviewedReplay } from './preview.ts'

/** Describes a preview as text: with `isDiff` each row, else the counts; always what is left as it is. */
export function describePreview(preview: PreviewedReplay, isDiff: boolean): string {
  const { events, rows, failures, sent, kept, erased, deletedBefore } = preview
  if (events === 0 && erased.length === 0)
    return ['No finished event with a body matches.', describeDeleted(deletedBefore)]
      .filter((one) => one !== '')
      .join('\n')
  const blocks = [
    isDiff ? rows.flatMap(linesOf).join('\n') : describeCounts(rows),
    describeMoney(rows),
    sent.map(describeSent).join('\n'),
    kept.map(describeKept).join('\n'),
    describeErased(erased),
    describeDeleted(deletedBefore),
    failures.map(({ eventId, type, cause }) => `${eventId} ${type} would fail: ${cause}`).join('\n'),
    `${count(events, 'event')} checked, nothing written: ${describeSum(rows, failures.length)}.`,
  ]
  return blocks.filter((block) => block !== '').join('\n\n')
}

function linesOf({ table, key, isNew, isGone, columns }: ChangedRow): string[] {
  if (isGone) return [`${table} ${key}: deleted`]
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
  const counts = countByTable(rows).map(({ table, isNew, changed, gone }) => [
    table,
    String(isNew),
    String(changed),
    String(gone),
  ])
  return table(['TABLE', 'NEW', 'CHANGED', 'DELETED'], counts)
}

function describeMoney(rows: ChangedRow[]): string {
  const money = moneyOf(rows)
  if (money.length === 0) return ''
  const cells = money.map(({ account, currency, change }) => [
    account,
    currency,
    change > 0 ? `+${change}` : `${change}`,
  ])
  return table(['LEDGER', 'CURRENCY', 'MINOR UNITS'], cells)
}

const describeSent = ({ kind, key, reason }: SentMessage): string =>
  reason === 'withdrawn'
    ? `${kind} ${key}: went out, and no event asks for it any more`
    : `${kind} ${key}: went out, and would say something else now`

const describeKept = ({ table, key, events }: KeptRow): string =>
  events.length === 0
    ? `${table} ${key}: nothing is withdrawn, because events of it were deleted`
    : `${table} ${key}: nothing is withdrawn, because these events cannot be read any more: ${events.join(', ')}`

/** Names events whose bodies are gone. */
export function describeErased(erased: ErasedEvent[]): string {
  if (erased.length === 0) return ''
  return `${erased.length === 1 ? 'The body of 1 event is' : `The bodies of ${erased.length} events are`} gone: ${erased.map(({ eventId }) => eventId).join(', ')}`
}

/** Says from when on events are recorded, if a replay was to begin earlier. */
export const describeDeleted = (before: Date | null): string =>
  before === null
    ? ''
    : `Recorded events begin at ${before.toISOString()}: earlier ones were deleted, and are not replayed.`

/** Counts the rows that cannot be made again. */
export const describeMerged = (rows: number): string =>
  rows === 0
    ? ''
    : `${count(rows, 'row')} can only be merged into, because events about ${rows === 1 ? 'it' : 'them'} are gone. ` +
      '--dry-run names them.'

function describeSum(rows: ChangedRow[], failures: number): string {
  if (rows.length + failures === 0) return 'a replay would change nothing'
  const made = rows.filter(({ isNew }) => isNew).length
  const gone = rows.filter(({ isGone }) => isGone).length
  const changed = count(rows.length - made - gone, 'row')
  const deleted = gone === 0 ? '' : `, delete ${count(gone, 'row')}`
  return `a replay would change ${changed}, add ${count(made, 'row')}${deleted}, and fail for ${count(failures, 'event')}`
}

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`
