import type { PoolClient } from 'pg'
import { recordWritten } from '../sql/journal.ts'
import { noteRowChanges, type RowChange } from '../sql/row-changes.ts'
import { toJsonb } from '../sql/text.ts'

/** Rows of a second table that belong to one row and are replaced as a whole, such as the items of a subscription. */
export interface Parts<Registers extends object> {
  table: string
  /** The column that identifies a part. */
  key: string
  /** The column that names the row that the part belongs to. */
  owner: string
  /** SQL types of the columns, by name. */
  types: Readonly<Record<string, string>>
  /** SQL of further columns, by name; `new` is the part. */
  derived?: Readonly<Record<string, string>>
  partsOf(registers: Registers, owner: string): Part[]
  /** The changes to record of parts that came and went. Default: none. */
  changesOf?(came: Part[], went: Part[]): RowChange[]
}

type Part = Record<string, unknown>

export interface Replaced<Registers> {
  key: string
  /** Undefined for a new row. */
  before: Registers | undefined
  /** Undefined for a row that goes. */
  after: Registers | undefined
}

/**
 * Replaces the parts of these rows where they changed. The rows are locked, so that no transaction does it twice.
 *
 * @param always whether to replace those that did not change: a part may have been given to another row by mistake
 */
export async function writeParts<R extends object>(
  client: PoolClient,
  parts: Parts<R>,
  rows: Replaced<R>[],
  always = false,
): Promise<void> {
  const owners: string[] = []
  const present = new Map<unknown, Part>()
  for (const { key, before, after } of rows) {
    const now = after ? parts.partsOf(after, key) : []
    const was = before ? parts.partsOf(before, key) : []
    if (!always && toJsonb(now) === toJsonb(was)) continue
    owners.push(key)
    if (parts.changesOf) noteRowChanges(client, parts.changesOf(without(now, was, parts), without(was, now, parts)))
    for (const part of now) present.set(part[parts.key], part)
  }
  if (owners.length === 0) return
  const { name, text } = statementOf(parts)
  const { rows: written } = await client.query({
    name,
    text,
    values: [
      owners,
      toJsonb([...present.values()].sort((a, b) => (String(a[parts.key]) < String(b[parts.key]) ? -1 : 1))),
    ],
  })
  recordWritten(
    client,
    parts.table,
    written.map(({ key }) => key as string),
  )
}

const without = <R extends object>(all: Part[], others: Part[], { key }: Parts<R>): Part[] =>
  all.filter((part) => others.every((other) => other[key] !== part[key]))

const statements = new Map<string, string>()

function statementOf<R extends object>(parts: Parts<R>) {
  const text = statements.get(parts.table) ?? textOf(parts)
  statements.set(parts.table, text)
  return { name: `replace_${parts.table}`, text }
}

function textOf<R extends object>({ table, key, owner, types, derived = {} }: Parts<R>): string {
  const columns = [...Object.keys(types), ...Object.keys(derived)]
  const values = [...Object.keys(types), ...Object.values(derived)]
  const typed = Object.entries(types)
    .map(([column, type]) => `${column} ${type}`)
    .join(', ')
  const assigned = columns.filter((column) => column !== key).map((column) => `${column} = excluded.${column}`)
  return `WITH new AS MATERIALIZED (SELECT * FROM jsonb_to_recordset($2::jsonb) AS new (${typed})),
    gone AS (
      DELETE FROM ${table} WHERE ${owner} = ANY ($1) AND ${key} NOT IN (SELECT ${key} FROM new) RETURNING ${key} AS key
    ), written AS (
      INSERT INTO ${table} (${columns.join(', ')}) SELECT ${values.join(', ')} FROM new
      ON CONFLICT (${key}) DO UPDATE SET ${assigned.join(', ')} RETURNING ${key} AS key
    )
    SELECT key FROM gone UNION ALL SELECT key FROM written`
}
