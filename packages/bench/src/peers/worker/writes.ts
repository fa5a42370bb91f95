import { TABLES } from '@sluice/database/tables'
import type pg from 'pg'
import { SAMPLE } from '../../event.ts'

/** One statement, given a query of the keys of events as `k` and the ids of their inbox rows as `e`. */
export type Statement = (events: string) => string

/** One event, in a client's notation for its key and its row. */
export const oneEvent = (key: string, row: string): string => `SELECT ${key}::text AS k, ${row}::bigint AS e`

/** Rows per table that our worker wrote for the sample event, and statements that write the same. */
export interface Writes {
  rows: Record<string, number>
  statements: Statement[]
}

interface Column {
  name: string
  type: string
}

/** Reads the tables after the sample was processed, so that it always matches the current worker. */
export async function writesOfSample(pool: pg.Pool): Promise<Writes> {
  const writes: Writes = { rows: {}, statements: [] }
  for (const table of await tablesOf(pool)) {
    const { rows } = await pool.query<{ row: Row }>(`SELECT to_jsonb(t) AS row FROM ${table} t`)
    if (rows.length === 0) continue
    writes.rows[table] = rows.length
    const columns = await columnsOf(pool, table)
    writes.statements.push(
      insert(
        table,
        columns,
        rows.map(({ row }) => row),
      ),
    )
  }
  const { rows: users } = await pool.query<{ id: string; role: string }>('SELECT id, role FROM users')
  for (const { id, role } of users) {
    writes.statements.push(
      (events) => `UPDATE users SET role = ${literal(role)} FROM ${given(events)} WHERE id = ${expression(id)}`,
    )
  }
  return writes
}

type Row = Record<string, unknown>

/** Tables that the worker fills because of events alone, without the inbox and the host's users. */
async function tablesOf(pool: pg.Pool): Promise<string[]> {
  const { rows } = await pool.query<{ name: string }>(
    'SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1',
  )
  return rows
    .map(({ name }) => name)
    .filter((name) => TABLES[name]?.followsFromEvents && !['webhook_events', 'users'].includes(name))
}

/** Columns without those that Postgres fills in: sequences, random ids and the current time. */
async function columnsOf(pool: pg.Pool, table: string): Promise<Column[]> {
  const { rows } = await pool.query<Column>(
    `SELECT column_name AS name, CASE data_type WHEN 'ARRAY' THEN ltrim(udt_name, '_') || '[]' ELSE data_type END AS type
      FROM information_schema.columns
      WHERE table_schema = current_schema() AND table_name = $1 AND is_identity = 'NO'
      AND (column_default IS NULL OR column_default NOT LIKE '%(%') ORDER BY ordinal_position`,
    [table],
  )
  return rows
}

function insert(table: string, columns: Column[], rows: Row[]): Statement {
  const names = columns.map(({ name }) => `"${name}"`).join(', ')
  return (events) => {
    const selects = rows.map(
      (values) =>
        `SELECT ${columns.map((column) => written(column, values[column.name])).join(', ')} FROM ${given(events)}`,
    )
    return `INSERT INTO ${table} (${names}) ${selects.join(' UNION ALL ')} ON CONFLICT DO NOTHING`
  }
}

const given = (events: string): string => `(${events}) AS given`

function written({ name, type }: Column, value: unknown): string {
  if (name === 'webhook_event_id') return 'e'
  if (value === null || value === undefined) return `NULL::${type}`
  if (type.endsWith('[]') && Array.isArray(value))
    return `ARRAY[${value.map((one) => expression(String(one))).join(', ')}]::${type}`
  return `(${expression(type === 'jsonb' ? JSON.stringify(value) : String(value))})::${type}`
}

/** Replaces the sample's key with the event's. */
const expression = (text: string): string => text.split(SAMPLE).map(literal).join(' || k || ')

/** Escapes colons too: pgbench reads them as the start of a variable, even in a string. */
const literal = (text: string): string =>
  `E'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll(':', '\\x3a')}'`
