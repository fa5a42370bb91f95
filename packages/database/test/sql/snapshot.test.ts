import { expect, test } from '@jest/globals'
import { withPostgres } from '@sluice/testing'
import pg from 'pg'
import { inSnapshot } from '../../src/sql/snapshot.ts'

/** A pool without our settings. */
const withPlainPool = (use: (pool: pg.Pool) => Promise<void>) =>
  withPostgres(async ({ url }) => {
    const pool = new pg.Pool({ connectionString: url, max: 2, options: '-c timezone=Pacific/Auckland' })
    try {
      await use(pool)
    } finally {
      await pool.end()
    }
  })

const COUNT = 'SELECT count(*)::int AS count FROM users'

test('a snapshot is one moment: it does not see what is committed meanwhile', () =>
  withPlainPool(async (pool) => {
    const seen = await inSnapshot(pool, async (client) => {
      const before = (await client.query(COUNT)).rows
      await pool.query(`INSERT INTO users (id) VALUES ('user_1')`)
      return [before, (await client.query(COUNT)).rows]
    })
    expect(seen).toEqual([[{ count: 0 }], [{ count: 0 }]])
    expect((await pool.query(COUNT)).rows).toEqual([{ count: 1 }])
  }))

test('a snapshot can write nothing, and reads times in UTC', () =>
  withPlainPool(async (pool) => {
    const write = inSnapshot(pool, (client) => client.query(`INSERT INTO users (id) VALUES ('user_1')`))
    await expect(write).rejects.toMatchObject({ code: '25006' })
    const read = inSnapshot(pool, (client) =>
      client.query(`SELECT to_jsonb('2026-01-05T09:00:00Z'::timestamptz) AS time`),
    )
    expect((await read).rows).toEqual([{ time: '2026-01-05T09:00:00+00:00' }])
  }))
