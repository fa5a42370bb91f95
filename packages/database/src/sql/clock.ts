import type { Pool } from 'pg'
import { z } from 'zod'
import { queryRows } from './rows.ts'

/**
 * Postgres' time, in milliseconds as its columns keep it. All rows are dated by this clock; the clock of the machine that
 * asks may be days off, and must delete nothing for that.
 */
export async function databaseNow(pool: Pool): Promise<Date> {
  const [row] = await queryRows(pool, z.object({ now: z.date() }), 'SELECT now()::timestamptz(3) AS now')
  if (!row) throw new Error('Postgres did not say what time it is')
  return row.now
}
