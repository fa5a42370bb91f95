import { connect } from '@sluice/database/pool'
import type { Pool } from 'pg'
import { announceDatabase } from './announce.ts'
import { placementOf, type Settings } from './settings.ts'

const DEADLINE_MS = 3_000

/** Runs `use` with a pool, or with null if the database is unknown or does not answer. */
export async function withDatabase<T>(settings: Settings, use: (pool: Pool | null) => Promise<T>): Promise<T> {
  if (!settings.databaseUrl) return use(null)
  announceDatabase(settings, settings.databaseUrl)
  const pool = connect(settings.databaseUrl, {
    max: 4,
    applicationName: 'sluice-cli',
    deadlineMs: DEADLINE_MS,
    placement: placementOf(settings),
  })
  try {
    const answers = await pool.query('SELECT 1').then(
      () => true,
      () => false,
    )
    return await use(answers ? pool : null)
  } finally {
    await pool.end()
  }
}
