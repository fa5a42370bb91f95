import { expect, test } from '@jest/globals'
import { withPostgres } from '@sluice/testing'
import pg from 'pg'
import { connect, type Pool, sharesSessions } from '../../src/sql/pool.ts'
import { inTransaction } from '../../src/sql/transaction.ts'
import { sql } from '../sql.ts'

const databaseOf = (url: string) => new URL(url).pathname.slice(1)

async function withPool<T>(pool: Pool, use: (pool: Pool) => Promise<T>): Promise<T> {
  try {
    return await use(pool)
  } finally {
    await pool.end()
  }
}

test.each(['SQL, DMY', 'Postgres, MDY', 'German'])('times are read whatever DateStyle the database has: %s', (style) =>
  withPostgres(async ({ url }) => {
    await sql(url, `ALTER DATABASE ${databaseOf(url)} SET DateStyle = ${style}`)
    const read = (pool: Pool) => pool.query(`SELECT '2026-11-28T03:04:05.678Z'::timestamptz AS at`)
    const { rows } = await withPool(connect(url, { max: 1 }), read)
    expect(rows).toEqual([{ at: new Date('2026-11-28T03:04:05.678Z') }])
  }),
)

test.each(['repeatable read', 'serializable'])('isolation is READ COMMITTED where the database says %s', (level) =>
  withPostgres(async ({ url }) => {
    await sql(url, `ALTER DATABASE ${databaseOf(url)} SET default_transaction_isolation = '${level}'`)
    const text = `SELECT current_setting('transaction_isolation') AS level`
    const ours = await withPool(connect(url, { max: 1 }), (pool) => pool.query(text))
    expect(ours.rows).toEqual([{ level: 'read committed' }])
    // A pooler may have lost the setting of the session: a transaction says it itself.
    const bare = new pg.Pool({ connectionString: url, max: 1 })
    const inOne = await withPool(bare, (pool) => inTransaction(pool, (client) => client.query(text)))
    expect(inOne.rows).toEqual([{ level: 'read committed' }])
  }),
)

test('the time limit of a statement is that of the pool, whatever the role says', () =>
  withPostgres(async ({ url }) => {
    await sql(url, `ALTER ROLE sluice IN DATABASE ${databaseOf(url)} SET statement_timeout = '1s'`)
    const { rowCount } = await withPool(connect(url, { max: 1 }), (pool) => pool.query('SELECT pg_sleep(1.2)'))
    expect(rowCount).toBe(1)
  }))

test('a server itself shares no session between two connections', () =>
  withPostgres(({ url }) =>
    withPool(connect(url, { max: 2 }), async (pool) => expect(await sharesSessions(pool)).toBe(false)),
  ))

test('a held lock is reported before a slow statement, and the server reports before the client times out', () =>
  withPostgres(async ({ url }) => {
    const codeOf = (work: Promise<unknown>) =>
      work.then(
        () => undefined,
        ({ code, message }) => code ?? message,
      )
    await withPool(connect(url, { max: 2, deadlineMs: 1_000 }), async (pool) => {
      expect(await codeOf(pool.query('SELECT pg_sleep(60)'))).toBe('57014')
      const holder = await pool.connect()
      await holder.query('BEGIN; LOCK TABLE users')
      expect(await codeOf(pool.query('SELECT FROM users'))).toBe('55P03')
      holder.release(true)
    })
  }))
