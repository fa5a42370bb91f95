import { isDeepStrictEqual } from 'node:util'
import { SluiceError } from '@sluice/events'
import type { PoolClient } from 'pg'
import { noteWritten } from '../commit/journal.ts'
import { toJsonb } from '../sql/text.ts'

/**
 * How one kind of fact becomes rows. `join` must be commutative, associative and idempotent: it folds the facts of a
 * batch, and it decides against the stored row, so that order and repetition cannot matter.
 */
export interface Merge<F, Registers extends object> {
  table: string
  key: string
  keyOf(fact: F): string
  registersOf(fact: F): Registers
  join(a: Registers, b: Registers): Registers
  /** What the registers mean, for those who read the table. Names of columns to values. */
  columnsOf(registers: Registers): Record<string, unknown>
  /** Columns that are written once, when the row is made. */
  once?(fact: F): Record<string, unknown>
  /** SQL types of the columns named above that are not text. */
  types: Record<string, string>
  /** The host makes these rows: one that does not exist is not made. */
  isHosts?: boolean
}

type Table = Pick<Merge<never, never>, 'table' | 'key' | 'types'>

export interface Merged {
  /** Keys of the rows that are new. */
  made: Set<string>
  /** Keys of the rows that are new, or say something else than before. */
  changed: Set<string>
  /** Keys that the host has not made yet. */
  missing: Set<string>
}

/** Another transaction made the same row at the same moment. The same batch again sees it. */
export class MergeConflictError extends SluiceError {
  override readonly name = 'MergeConflictError'

  constructor(message: string) {
    super('40001', message)
  }
}

export async function mergeRows<F, R extends object>(
  client: PoolClient,
  merge: Merge<F, R>,
  facts: F[],
): Promise<Merged> {
  const merged: Merged = { made: new Set(), changed: new Set(), missing: new Set() }
  if (facts.length === 0) return merged

  const folded = fold(merge, facts)
  const stored = await lockRows<R>(client, merge, [...folded.keys()])
  const inserts: Record<string, unknown>[] = []
  const updates: Record<string, unknown>[] = []

  for (const [key, { registers, once }] of folded) {
    const before = stored.get(key)
    if (before === undefined && merge.isHosts) {
      merged.missing.add(key)
      continue
    }
    const after = before === undefined ? registers : merge.join(before, registers)
    if (before !== undefined && isDeepStrictEqual(plain(before), plain(after))) continue
    merged.changed.add(key)
    const row = Object.assign(merge.columnsOf(after), { [merge.key]: key, registers: after })
    if (before === undefined) {
      merged.made.add(key)
      inserts.push(Object.assign(row, once))
    } else updates.push(row)
  }

  await insertRows(client, merge, inserts)
  await updateRows(client, merge, updates)
  noteWritten(client, merge.table, merge.key, merged.changed)
  return merged
}

function fold<F, R extends object>(merge: Merge<F, R>, facts: F[]) {
  const folded = new Map<string, { registers: R; once: Record<string, unknown> }>()
  for (const fact of facts) {
    const key = merge.keyOf(fact)
    const registers = merge.registersOf(fact)
    const earlier = folded.get(key)
    if (earlier) earlier.registers = merge.join(earlier.registers, registers)
    else folded.set(key, { registers, once: merge.once?.(fact) ?? {} })
  }
  return new Map([...folded].sort(([a], [b]) => (a < b ? -1 : 1))) // one order of locks for everybody
}

async function lockRows<R>(client: PoolClient, { table, key }: Table, keys: string[]) {
  const { rows } = await client.query<{ key: string; registers: R }>({
    name: `lock_${table}`,
    text: `SELECT ${key} AS key, registers FROM ${table} WHERE ${key} = ANY ($1) ORDER BY ${key} FOR UPDATE`,
    values: [keys],
  })
  return new Map(rows.map((row) => [row.key, row.registers]))
}

async function insertRows(client: PoolClient, merge: Table, rows: Record<string, unknown>[]): Promise<void> {
  if (rows.length === 0) return
  const columns = columnsOf(rows)
  const { rowCount } = await client.query({
    name: `insert_${merge.table}`,
    text: `INSERT INTO ${merge.table} (${columns.join(', ')})
      SELECT ${columns.join(', ')} FROM ${recordset(merge, columns)} ON CONFLICT (${merge.key}) DO NOTHING`,
    values: [toJsonb(rows)],
  })
  if (rowCount !== rows.length) throw new MergeConflictError(`${merge.table}: made by another transaction`)
}

async function updateRows(client: PoolClient, merge: Table, rows: Record<string, unknown>[]): Promise<void> {
  if (rows.length === 0) return
  const columns = columnsOf(rows)
  const assignments = columns.filter((column) => column !== merge.key).map((column) => `${column} = new.${column}`)
  await client.query({
    name: `update_${merge.table}`,
    text: `UPDATE ${merge.table} AS old SET ${assignments.join(', ')}
      FROM ${recordset(merge, columns)} WHERE old.${merge.key} = new.${merge.key}`,
    values: [toJsonb(rows)],
  })
}

/** Always in one order, whatever order jsonb gave the registers back in: the statement is prepared under one name. */
const columnsOf = ([row = {}]: Record<string, unknown>[]): string[] => Object.keys(row).sort()

function recordset({ types }: Table, columns: string[]): string {
  const typed = columns.map((column) => `${column} ${column === 'registers' ? 'jsonb' : (types[column] ?? 'text')}`)
  return `jsonb_to_recordset($1::jsonb) AS new (${typed.join(', ')})`
}

/** As it comes back from jsonb. */
const plain = (registers: object): unknown => JSON.parse(toJsonb(registers))
