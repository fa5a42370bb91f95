import type pg from 'pg'
import { SAMPLE } from '../../event.ts'

/** One statement of a transaction, with the event's key and row filled in as its client writes parameters. */
export type Statement = (key: string, row: string) => string

/** What our worker wrote for the sample event: the number of rows by table, and the statements that write the same. */
export interface Writes {
  rows: Record<string, number>
  statements: Statement[]
}

interface Column {
  name: string
  type: string
}

/** Read from the tables after the sample was processed, so that it is always what our worker writes today. */
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
      (key, row) => `UPDATE users SET role = ${literal(role)} FROM ${given(key, row)} WHERE id = ${expression(id)}`,
    )
  }
  return writes
}

type Row = Record<string, unknown>

/** The inbox and the users are there before. */
async function tablesOf(pool: pg.Pool): Promise<string[]> {
  const { rows } = await pool.query<{ name: string }>(
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'
      AND tablename NOT IN ('_prisma_migrations', 'webhook_events', 'users') ORDER BY 1`,
  )
  return rows.map(({ name }) => name)
}

/** Without those that Postgres fills in itself: numbers, random ids and the present time. */
async function columnsOf(pool: pg.Pool, table: string): Promise<Column[]> {
  const { rows } = await pool.query<Column>(
    `SELECT column_name AS name, data_type AS type FROM information_schema.columns
      WHERE table_schema = 'public' AND table_name = $1 AND is_identity = 'NO'
      AND (column_default IS NULL OR column_default NOT LIKE '%(%') ORDER BY ordinal_position`,
    [table],
  )
  return rows
}

function insert(table: string, columns: Column[], rows: Row[]): Statement {
  const names = columns.map(({ name }) => `"${name}"`).join(', ')
  return (key, row) => {
    const selects = rows.map(
      (values) =>
        `SELECT ${columns.map((column) => written(column, values[column.name])).join(', ')} FROM ${given(key, row)}`,
    )
    return `INSERT INTO ${table} (${names}) ${selects.join(' UNION ALL ')} ON CONFLICT DO NOTHING`
  }
}

const given = (key: string, row: string): string => `(SELECT ${key}::text AS k, ${row}::bigint AS e) AS given`

function written({ name, type }: Column, value: unknown): string {
  if (name === 'webhook_event_id') return 'e'
  if (value === null || value === undefined) return `NULL::${type}`
  return `(${expression(type === 'jsonb' ? JSON.stringify(value) : String(value))})::${type}`
}

/** The text with the event's key in place of the sample's. */
const expression = (text: string): string => text.split(SAMPLE).map(literal).join(' || k || ')

/** Colons too: to pgbench they begin the name of a variable, also in a text. */
const literal = (text: string): string =>
  `E'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll(':', '\\x3a')}'`
