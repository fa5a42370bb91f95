import type { Pool } from 'pg'
import { z } from 'zod'
import { MERGES } from '../merges/index.ts'
import { queryRows } from '../sql/rows.ts'

const Row = z.object({
  id: z.string(),
  table: z.string(),
  key: z.string(),
  column: z.string(),
  before: z.string().nullable(),
  after: z.string().nullable(),
  at: z.date(),
  cause: z.string().nullable(),
})

const Caused = Row.extend({
  provider: z.string().nullable(),
  eventId: z.string().nullable(),
  type: z.string().nullable(),
  occurredAt: z.date().nullable(),
})

type Value = string | number | boolean | null

type Typed<R extends { before: string | null; after: string | null }> = Omit<R, 'before' | 'after'> & {
  before: Value
  after: Value
}

/** A column that got another value. */
export type Change = Typed<z.infer<typeof Row>>

/** A change with the event that decided; none if none did, or if it is deleted. */
export type CausedChange = Typed<z.infer<typeof Caused>>

const COLUMNS = `c.id::text AS id, c.table_name AS table, c.row_key AS key, c.column_name AS column, c.before, c.after,
  c.at, c.cause`

const OF_EVENT = `SELECT ${COLUMNS} FROM row_changes c WHERE c.webhook_event_id = $1::bigint ORDER BY c.id LIMIT 500`

/** The changes that this event decided, oldest first. */
export const changesOfEvent = async (pool: Pool, id: string): Promise<Change[]> =>
  (await queryRows(pool, Row, OF_EVENT, [id])).map(typed)

/** Of these rows, the newest. */
export const CHANGES_MAX = 500

/**
 * The tables are compared as well, because a user may have any id. `OFFSET 0`: all changes of these rows are read, and
 * none of others.
 */
export const OF_ROWS = `SELECT ${COLUMNS}, e.provider, e.event_id AS "eventId", e.type, e.occurred_at AS "occurredAt"
  FROM (
    SELECT * FROM (
      SELECT * FROM row_changes WHERE row_key = ANY ($2::text[])
        AND (table_name, row_key) IN (SELECT * FROM unnest($1::text[], $2::text[])) OFFSET 0
    ) AS own ORDER BY own.id DESC LIMIT ${CHANGES_MAX}
  ) AS c LEFT JOIN webhook_events e ON e.id = c.webhook_event_id ORDER BY c.id DESC`

/** The newest changes of these rows, newest first. */
export async function changesOfRows(
  pool: Pool,
  rows: readonly { table: string; key: string }[],
): Promise<CausedChange[]> {
  if (rows.length === 0) return []
  const values = [rows.map(({ table }) => table), rows.map(({ key }) => key)]
  return (await queryRows(pool, Caused, OF_ROWS, values)).map(typed)
}

const NUMBERS = ['quantity']

/** Values are recorded as text. */
function typed<R extends z.infer<typeof Row>>(change: R): Typed<R> {
  const parsed = (text: string | null): Value => {
    if (text === null) return null
    if (NUMBERS.includes(change.column)) return Number(text)
    return change.column.startsWith('cancel_at_') ? text === 'true' : text
  }
  return { ...change, before: parsed(change.before), after: parsed(change.after) }
}

const Born = z.object({ name: z.string() })

/**
 * Of these rows those whose first event this is, both as received and as committed. Those of deleted events have none. As a
 * sum: Postgres expects `EXISTS` to end at an early row, and would read the whole inbox for one that is not there.
 */
const BORN = `SELECT name FROM unnest($2::text[]) AS name
  WHERE NOT EXISTS (SELECT FROM frozen_rows WHERE row_key = name)
    AND NOT coalesce((SELECT bool_or(e.id < $1::bigint OR e.processed_at < $3) FROM (
      SELECT id, processed_at FROM webhook_events WHERE touched IS NOT NULL AND touched @> ARRAY[name] OFFSET 0
    ) AS e), false)`

const First = z.object({ table: z.string(), key: z.string(), column: z.string(), before: z.string().nullable() })

const FIRST = `SELECT DISTINCT ON (table_name, row_key, column_name) table_name AS table, row_key AS key,
    column_name AS column, before
  FROM row_changes WHERE row_key = ANY ($1::text[]) ORDER BY table_name, row_key, column_name, row_changes.id`

interface Made {
  event: { id: string; processedAt: Date | null }
  touched: readonly string[]
  /** The touched rows as they are now. */
  rows: readonly { table: string; key: string; values: Record<string, unknown> | null }[]
}

const WATCHED = new Map(
  MERGES.flatMap(({ table, watched, hostRows }) => (watched && !hostRows ? [[table, watched]] : [])),
)

/**
 * The watched columns of the rows that this event made, as changes from nothing. These are not recorded: a value is what
 * the first change of the column names as before, else the present one.
 */
export async function rowsMadeBy(pool: Pool, { event, touched, rows }: Made): Promise<Change[]> {
  const names = touched.filter((name) => WATCHED.has(name.slice(0, name.indexOf('/'))))
  const { id, processedAt } = event
  if (names.length === 0 || processedAt === null) return []
  const made = new Set((await queryRows(pool, Born, BORN, [id, names, processedAt])).map(({ name }) => name))
  const own = rows.filter(({ table, key, values }) => made.has(`${table}/${key}`) && values !== null)
  if (own.length === 0) return []
  const first = (await queryRows(pool, First, FIRST, [own.map(({ key }) => key)])).map((one) =>
    typed({ ...one, after: null, id, at: processedAt, cause: null }),
  )
  return own.flatMap(({ table, key, values }) =>
    (WATCHED.get(table) ?? []).flatMap((column): Change[] => {
      const later = first.find((one) => one.table === table && one.key === key && one.column === column)
      const after = later ? later.before : (values?.[column] as Value | undefined)
      if (after === null || after === undefined || after === false) return []
      return [{ id: '', table, key, column, before: null, after, at: processedAt, cause: null }]
    }),
  )
}
