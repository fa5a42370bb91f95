import { expect, test } from '@jest/globals'
import { entryOf, eventually, startProcess } from '@sluice/testing'
import pg from 'pg'
import { migrate, migrationNames } from '../../src/migrate/index.ts'
import { sql } from '../sql.ts'
import { withPlainOwner } from './with-plain-owner.ts'

test('a migrate that is killed in the middle of a migration leaves nothing of it, and the next one goes on', () =>
  withPlainOwner({ attributes: 'CREATEROLE' }, async ({ admin, owner, login, placement }) => {
    await sql(owner, 'CREATE SCHEMA sluice')
    const blocker = new pg.Client({ connectionString: owner })
    await blocker.connect()
    await blocker.query('BEGIN; CREATE TABLE sluice.invoices (id int)') // the fourth migration waits for the end of this

    const env = { DATABASE_URL: owner, ROLE_PREFIX: placement.rolePrefix }
    const killed = startProcess(entryOf('cli'), ['migrate'], { env })
    await eventually(async () => {
      const waiting = `SELECT FROM pg_stat_activity WHERE usename = '${login}' AND wait_event_type = 'Lock'`
      expect(await sql(admin, waiting)).toHaveLength(1)
    }, 60_000)
    await killed.kill('SIGKILL')
    await blocker.query('ROLLBACK')
    await blocker.end()

    const { applied } = await migrate(owner, placement)
    expect(applied).toEqual(migrationNames().slice(3))
    const recorded = await sql<{ name: string }>(
      owner,
      'SELECT migration_name AS name FROM sluice._prisma_migrations WHERE finished_at IS NOT NULL ORDER BY 1',
    )
    expect(recorded.map(({ name }) => name)).toEqual(migrationNames())
  }))
