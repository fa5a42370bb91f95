import { connect } from '@sluice/database/pool'
import type { Pool } from 'pg'
import { announceDatabase } from './announce.ts'
import { placementOf, readSettings, requireSetting } from './settings.ts'

/** Connects a command that only reads, with the role of the board if its address is set. */
export async function withReader(use: (pool: Pool) => Promise<void>): Promise<void> {
  const settings = readSettings()
  const url = settings.boardDatabaseUrl ?? requireSetting(settings, 'databaseUrl')
  announceDatabase(settings, url)
  const pool = connect(url, { max: 2, applicationName: 'sluice-cli', placement: placementOf(settings) })
  try {
    await use(pool)
  } finally {
    await pool.end()
  }
}
