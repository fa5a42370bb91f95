import { connect } from '@sluice/database/pool'
import type { Pool } from 'pg'
import { readSettings, requireSetting } from './settings.ts'

/**
 * Connects a command as the owner of the database, with `DATABASE_URL`.
 *
 * @param deadlineMs time limit of a statement, for those that read whole tables; default: that of the apps
 */
export async function withOwnerPool<T>(use: (pool: Pool) => Promise<T>, deadlineMs?: number): Promise<T> {
  const limits = { max: 2, applicationName: 'sluice-cli', ...(deadlineMs && { deadlineMs }) }
  const pool = connect(requireSetting(readSettings(), 'databaseUrl'), limits)
  try {
    return await use(pool)
  } finally {
    await pool.end()
  }
}
