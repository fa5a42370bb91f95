import type { Pool } from 'pg'
import { z } from 'zod'
import { queryRows } from './sql/rows.ts'
import { TABLES } from './tables.ts'

/** Tables whose content is the same after two runs over the same events. */
export const COMPARABLE: readonly string[] = Object.keys(TABLES).filter((name) => TABLES[name]?.followsFromEvents)

/**
 * Returns the rows of a table as JSON strings, without rows and columns that differ between two runs over the same
 * events.
 */
export async function comparableRows(pool: Pool, name: string): Promise<string[]> {
  const { volatile, sharedIf } = TABLES[name] ?? { volatile: [], sharedIf: 'true' }
  const columns = await queryRows(
    pool,
    z.object({ name: z.string() }),
    `SELECT attname AS name FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped
      AND attname <> ALL ($2)`,
    [name, volatile],
  )
  const rows = await queryRows(
    pool,
    z.object({ row: z.string() }),
    `SELECT to_jsonb(r)::text AS row FROM (
      SELECT ${columns.map((column) => column.name).join(', ')} FROM ${name} WHERE ${sharedIf}) AS r`,
  )
  return rows.map(({ row }) => row)
}
