import { describe, expect, test } from '@jest/globals'
import { type TestPostgres, withPostgres } from '@sluice/testing'
import type { Pool } from 'pg'
import { connect } from '../../src/sql/pool.ts'
import { createWriteCheck } from '../../src/sql/write-probe.ts'

/** With the pool of the owner, and a new check of each role that writes to the inbox. */
const withChecks = (
  use: (owner: Pool, check: () => Promise<void>) => Promise<void>,
  role: 'sluice_ingest' | 'sluice_worker',
) =>
  withPostgres(async (postgres: TestPostgres) => {
    const owner = connect(postgres.url)
    const pool = connect(postgres.roleUrl(role), { deadlineMs: 2_000 })
    try {
      await use(owner, createWriteCheck(pool))
    } finally {
      await pool.end()
      await owner.end()
    }
  })

describe.each(['sluice_ingest', 'sluice_worker'] as const)('the write check of %s', (role) => {
  test('passes, and leaves no row', () =>
    withChecks(async (owner, check) => {
      await check()
      await check() // the one that writes no row
      expect((await owner.query('SELECT FROM webhook_events')).rowCount).toBe(0)
    }, role))

  test.each([
    ['a read-only role', `ALTER ROLE ${role} IN DATABASE %I SET default_transaction_read_only = on`, '25006'],
    ['no grant', `REVOKE INSERT ON webhook_events FROM ${role}`, '42501'],
    ['no table', 'ALTER TABLE webhook_events RENAME TO elsewhere', '42P01'],
  ])('rejects on %s', (_fault, statement, code) =>
    withChecks(async (owner, check) => {
      const { rows } = await owner.query('SELECT current_database() AS name')
      await owner.query(statement.replace('%I', rows[0].name))
      await expect(check()).rejects.toMatchObject({ code })
    }, role),
  )

  test('rejects when only a row is refused, as on a full disk', () =>
    withChecks(async (owner, check) => {
      await owner.query(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'no space left' USING ERRCODE = '53100'; END $$;
        CREATE TRIGGER refuse BEFORE INSERT ON webhook_events FOR EACH ROW EXECUTE FUNCTION refuse()`)
      await expect(check()).rejects.toMatchObject({ code: '53100' })
      await expect(check()).rejects.toMatchObject({ code: '53100' })
      await owner.query('DROP TRIGGER refuse ON webhook_events')
      await check()
    }, role))
})
