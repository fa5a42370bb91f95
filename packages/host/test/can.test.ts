import { expect, test } from '@jest/globals'
import { prismaOf } from '@sluice/database/client'
import { withPostgres } from '@sluice/testing'
import pg from 'pg'
import { can, type Database } from '../src/index.ts'

const GRANTED = `INSERT INTO sluice.entitlements (entitlement_key, user_id, feature, source, expires_at) VALUES
  ('1', 'ann', 'export', 'stripe', NULL),
  ('2', 'ann', 'teams', 'stripe', now() - interval '1 second'),
  ('3', 'bob', 'teams', 'stripe', now() + interval '1 hour')`

const QUESTIONS = [
  ['ann', 'export', true],
  ['ann', 'teams', false],
  ['ann', 'none', false],
  ['bob', 'teams', true],
  ['nobody', 'export', false],
  ["ann' OR true --", 'export', false],
] as const

/** One after the other, as a client of Postgres wants it. */
async function expectAnswers(db: Database): Promise<void> {
  for (const [user, feature, answer] of QUESTIONS)
    expect([user, feature, await can(db, user, feature)]).toEqual([user, feature, answer])
}

async function withPool<T>(url: string, use: (pool: pg.Pool) => Promise<T>): Promise<T> {
  const pool = new pg.Pool({ connectionString: url })
  try {
    return await use(pool)
  } finally {
    await pool.end()
  }
}

test('asks with a pool, a client and Prisma, by the role of the host', () =>
  withPostgres(async ({ url, roleUrl }) => {
    await withPool(url, (owner) => owner.query(GRANTED))
    await withPool(roleUrl('sluice_host'), async (pool) => {
      await expectAnswers(pool)
      await expectAnswers(prismaOf(pool))
      const client = await pool.connect()
      await expectAnswers(client).finally(() => client.release())
    })
  }))

test('asks in the schema that it is given', () =>
  withPostgres(({ url }) =>
    withPool(url, async (owner) => {
      await owner.query('ALTER SCHEMA sluice RENAME TO "my ""own"""')
      await owner.query(GRANTED.replace('sluice.', '"my ""own""".'))
      expect(await can(owner, 'ann', 'export', { schema: 'my "own"' })).toBe(true)
      await expect(can(owner, 'ann', 'export')).rejects.toThrow('does not exist')
    }),
  ))
