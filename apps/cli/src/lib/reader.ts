import { connect } from '@sluice/database/pool'
import type { Pool } from 'pg'
import { announceDatabase } from './announce.ts'
import { placementOf, readSettings, requireSetting } from './settings.ts'

/** Connects a command that only reads. The role of the board, which reads no bodies and addresses, is the second choice. */
export async function withReader(use: (pool: Pool) => Promise<void>): Promise<void> {
  const settings = readSettings()
  const url = settings.databaseUrl ?? settings.boardDatabaseUrl ?? requireSetting(settings, 'databaseUrl')
  announceDatabase(settings, url)
  const pool = connect(url, { max: 2, applicationName: 'sluice-cli', placement: placementOf(settings), readOnly: true })
  try {
    await use(pool)
  } finally {
    await pool.end()
  }
}
