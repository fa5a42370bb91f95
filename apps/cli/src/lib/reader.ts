import { connect } from '@sluice/database/pool'
import type { Pool } from 'pg'
import { announceDatabase } from './announce.ts'
import { placementOf, readSettings, requireSetting, type Settings } from './settings.ts'

/** As Prisma and as Postgres say it. */
const NO_TABLE = ['P2021', '42P01']

const notMigrated = (settings: Settings): string =>
  `The schema ${placementOf(settings).schema} of this database lacks tables of Sluice: run sluice migrate, or name another DATABASE_URL or DATABASE_SCHEMA.`

/** Connects a command that only reads. The role of the board, which reads no bodies and addresses, is the second choice. */
export async function withReader(use: (pool: Pool) => Promise<void>): Promise<void> {
  const settings = readSettings()
  const url = settings.databaseUrl ?? settings.boardDatabaseUrl ?? requireSetting(settings, 'databaseUrl')
  announceDatabase(settings, url)
  const pool = connect(url, { max: 2, applicationName: 'sluice-cli', placement: placementOf(settings), readOnly: true })
  try {
    await use(pool).catch((error) => {
      throw NO_TABLE.includes(error.code) ? new Error(notMigrated(settings)) : error
    })
  } finally {
    await pool.end()
  }
}
