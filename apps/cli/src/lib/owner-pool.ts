import { connect } from '@sluice/database/pool'
import type { Pool } from 'pg'
import { readSettings, requireSetting } from './settings.ts'

/** Lends the database to a command that writes, as the owner: holding `DATABASE_URL` is what allows it. */
export async function withOwnerPool<T>(use: (pool: Pool) => Promise<T>): Promise<T> {
  const pool = connect(requireSetting(readSettings(), 'databaseUrl'), { max: 2, applicationName: 'sluice-cli' })
  try {
    return await use(pool)
  } finally {
    await pool.end()
  }
}
