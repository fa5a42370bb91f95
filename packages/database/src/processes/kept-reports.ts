import type { Pool } from 'pg'
import { z } from 'zod'
import { queryRows } from '../sql/rows.ts'

/** A process that has reported nothing for so long has ended. */
const KEPT = '1 hour'

const EXAMINED = `SELECT max(reported_at) AS at FROM process_reports WHERE findings IS NOT NULL`

/** When a worker last examined the deployment; null if none did in the last hour. */
export async function examinedAt(pool: Pool): Promise<Date | null> {
  const [row] = await queryRows(pool, z.object({ at: z.date().nullable() }), EXAMINED)
  return row?.at ?? null
}

export async function deleteOldReports(pool: Pool): Promise<void> {
  await pool.query(`DELETE FROM process_reports WHERE reported_at < now() - '${KEPT}'::interval`)
}
