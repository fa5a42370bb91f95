import { isDeepStrictEqual } from 'node:util'
import type { Pool, PoolClient } from 'pg'
import { z } from 'zod'
import type { Journal } from '../../sql/journal.ts'
import { queryRows } from '../../sql/rows.ts'
import { TABLES } from '../../tables.ts'

export interface ChangedRow {
  table: string
  /** The public key of the row, such as an event or customer id. */
  key: string
  isNew: boolean
  /** Set if the row would be deleted: no event speaks of it any more. */
  isGone?: true
  /** The columns that differ. For a new row: those that may be shown and are not null, except the key. */
  columns: ChangedColumn[]
}

/** Values are left out if they may identify a person or are a link that opens without a login. */
export type ChangedColumn = { column: string } | { column: string; before: unknown; after: unknown }

const Row = z.record(z.string(), z.unknown())

type Row = z.infer<typeof Row>

const JsonRow = z.object({ row: Row })

/** The keys of effects that empty caches are new each time, and how many there are depends on the batches. */
const isOfCache = (table: string, key: string): boolean => table === 'outbox_messages' && key.startsWith('features:')

/**
 * Compares the rows in `journal` as the transaction of `client` sees them with their committed state. Effects that empty
 * caches are left out.
 */
export async function changedRows(pool: Pool, client: PoolClient, journal: Journal): Promise<ChangedRow[]> {
  const changed: (ChangedRow | undefined)[] = []
  for (const [table, written] of journal) {
    const keys = [...written].filter((key) => !isOfCache(table, key))
    const [before, after] = [await read(pool, table, keys), await read(client, table, keys)]
    for (const [key, row] of after) changed.push(compareRow(table, key, before.get(key), row))
    for (const key of before.keys())
      if (!after.has(key)) changed.push({ table, key, isNew: false, isGone: true, columns: [] })
  }
  return changed.filter((row) => row !== undefined)
}

async function read(from: Pool | PoolClient, table: string, keys: string[]) {
  const columns = TABLES[table]?.key ?? []
  const [column] = columns
  const text = `SELECT to_jsonb(t) AS row FROM ${table} t WHERE ${column} = ANY ($1) ORDER BY ${column}`
  const rows = await queryRows(from, JsonRow, text, [keys])
  const keyOf = (row: Row) => columns.map((name) => row[name]).join(' ')
  return new Map(rows.map(({ row }) => [keyOf(row), row]))
}

export function compareRow(table: string, key: string, before: Row | undefined, after: Row): ChangedRow | undefined {
  const differing = Object.keys(after).filter(
    (column) => !isDeepStrictEqual(presentValue(before?.[column]), presentValue(after[column])),
  )
  if (differing.length === 0) return undefined
  const isNamed = (column: string) =>
    before === undefined
      ? isShown(table, column) && after[column] !== key
      : column !== 'registers' || differing.length === 1 // the other columns are derived from `registers`
  return {
    table,
    key,
    isNew: before === undefined,
    columns: differing.filter(isNamed).map((column) => columnOf(table, column, before, after)),
  }
}

/** An empty list says as little as null. */
const presentValue = (value: unknown): unknown => (Array.isArray(value) && value.length === 0 ? null : (value ?? null))

const isShown = (table: string, column: string): boolean => TABLES[table]?.shown.has(column) ?? false

const columnOf = (table: string, column: string, before: Row | undefined, after: Row): ChangedColumn =>
  isShown(table, column) ? { column, before: before?.[column] ?? null, after: after[column] ?? null } : { column }
