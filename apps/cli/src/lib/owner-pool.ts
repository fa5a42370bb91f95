import { connect } from '@sluice/database/pool'
import type { Pool } from 'pg'
import { readSettings, requireSetting } from './settings.ts'

/** Connects a command as the owner of the database, with `DATABASE_URL`. */
export async function withOwnerPool<T>(use: (pool: Pool) => Promise<T>): Promise<T> {
  const pool = connect(requireSetting(readSettings(), 'databaseUrl'), { max: 2, applicationName: 'sluice-cli' })
  try {
    return await use(pool)
  } finally {
    await pool.end()
  }
}
