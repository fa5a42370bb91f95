import { connect } from '@sluice/database/pool'
import type { Pool } from 'pg'
import { announceDatabase } from './announce.ts'
import { placementOf, readSettings, requireSetting } from './settings.ts'

/**
 * Connects a command as the owner of the database, with `DATABASE_URL`.
 *
 * @param deadlineMs time limit of a statement, for those that read whole tables; default: that of the apps
 */
export async function withOwnerPool<T>(use: (pool: Pool) => Promise<T>, deadlineMs?: number): Promise<T> {
  const settings = readSettings()
  const options = { max: 2, applicationName: 'sluice-cli', placement: placementOf(settings) }
  const url = requireSetting(settings, 'databaseUrl')
  announceDatabase(settings, url)
  const pool = connect(url, { ...options, ...(deadlineMs && { deadlineMs }) })
  try {
    return await use(pool)
  } finally {
    await pool.end()
  }
}
