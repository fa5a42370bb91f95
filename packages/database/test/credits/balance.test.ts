import { expect, test } from '@jest/globals'
import { withPostgres } from '@sluice/testing'
import fc from 'fast-check'
import type { Pool } from 'pg'
import { connect } from '../../src/sql/pool.ts'

const withPool = (use: (pool: Pool) => Promise<void>, max = 4) =>
  withPostgres(async ({ url }) => {
    const pool = connect(url, { max })
    try {
      await use(pool)
    } finally {
      await pool.end()
    }
  })

const one = async (pool: Pool, expression: string, values: unknown[] = []): Promise<unknown> =>
  (await pool.query(`SELECT ${expression} AS one`, values)).rows[0].one

const balance = async (pool: Pool, user = 'user_1') => Number(await one(pool, 'credits($1)', [user]))
const grant = (pool: Pool, amount: number, key: string, expires: string | null = null) =>
  one(pool, `sluice_grant_credits('user_1', $1, $2, $3)`, [amount, key, expires])
const reserve = (pool: Pool, amount: number, job: string) =>
  one(pool, `sluice_reserve_credits('user_1', $1, $2)`, [amount, job])
const release = (pool: Pool, job: string) => one(pool, 'sluice_release_credits($1)', [job])

test('the host grants once per key, reserves what is there, and gives back once', () =>
  withPool(async (pool) => {
    expect(await balance(pool)).toBe(0)
    expect(await reserve(pool, 1, 'job_0')).toBe(false)
    expect([await grant(pool, 10, 'gift'), await grant(pool, 10, 'gift')]).toEqual([true, false])
    expect([await reserve(pool, 7, 'job_1'), await balance(pool)]).toEqual([true, 3])
    expect([await reserve(pool, 7, 'job_1'), await balance(pool)]).toEqual([true, 3])
    expect([await reserve(pool, 4, 'job_2'), await balance(pool)]).toEqual([false, 3])
    expect([await release(pool, 'job_1'), await release(pool, 'job_1')]).toEqual([true, false])
    expect([await reserve(pool, 7, 'job_1'), await balance(pool)]).toEqual([false, 10])
    await expect(reserve(pool, 0, 'job_3')).rejects.toThrow('credit_entries_amount')
    await expect(grant(pool, -1, 'debt')).rejects.toThrow('credit_entries_amount')
  }))

test('of 200 parallel reservations of the last credit exactly one wins, also with snapshots that are older', () =>
  withPool(async (pool) => {
    await grant(pool, 1, 'gift')
    const won = await Promise.all(Array.from({ length: 200 }, (_, n) => reserve(pool, 1, `job_${n}`)))
    expect(won.filter((isWon) => isWon === true)).toHaveLength(1)
    expect(await balance(pool)).toBe(0)

    await grant(pool, 1, 'another')
    const clients = await Promise.all([pool.connect(), pool.connect()])
    for (const client of clients)
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT FROM credit_entries')
    const results = await Promise.allSettled(
      clients.map(async (client, n) => {
        await client.query(`SELECT sluice_reserve_credits('user_1', 1, 'old_${n}')`)
        await client.query('COMMIT')
      }),
    )
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    for (const client of clients) client.release(true)
    expect(await balance(pool)).toBe(0)
  }, 20))

test('credits that expire first are spent first, and are gone when they expire', () =>
  withPool(async (pool) => {
    await grant(pool, 10, 'for ever')
    await grant(pool, 5, 'soon', new Date(Date.now() + 60_000).toISOString())
    await reserve(pool, 4, 'job_1')
    const at = (seconds: number) =>
      one(pool, `sluice_credits_at('user_1', now() + make_interval(secs => $1))`, [seconds])
    expect([await at(0), await at(61)]).toEqual(['11', '10'])
    await grant(pool, 3, 'over', new Date(Date.now() - 1_000).toISOString())
    expect(await balance(pool)).toBe(11)
  }))

test('credits that expire while they are reserved may be spent, and are gone when they are given back', () =>
  withPool(async (pool) => {
    await grant(pool, 5, 'soon', new Date(Date.now() + 60_000).toISOString())
    await grant(pool, 10, 'for ever')
    for (const job of ['job_1', 'job_2']) await reserve(pool, 2, job)
    const later = async () => Number(await one(pool, `sluice_credits_at('user_1', now() + '61 s'::interval)`))
    expect([await balance(pool), await later()]).toEqual([11, 10])
    await release(pool, 'job_1')
    expect([await balance(pool), await later()]).toEqual([13, 10])
    // A reservation that took more than what expires gives back what does not.
    await reserve(pool, 6, 'job_3')
    expect([await balance(pool), await later()]).toEqual([7, 7])
    await release(pool, 'job_3')
    expect([await balance(pool), await later()]).toEqual([13, 10])
  }))

interface Lot {
  start: number
  end: number | null
  amount: number
}

interface Use {
  at: number
  amount: number
}

/** The rule in plain words: second by second, a use takes what expires first; what is missing is repaid by later grants. */
function balanceByHand(lots: Lot[], uses: Use[], now: number): number {
  const left = lots.map((lot) => ({ ...lot, has: 0 }))
  let debt = 0
  for (let second = 0; second <= 30; second += 1) {
    for (const lot of left) {
      if (lot.start === second) lot.has = lot.amount
      if (lot.end !== null && lot.end <= Math.min(second, now)) lot.has = 0
    }
    debt += uses.filter(({ at }) => at === second).reduce((sum, { amount }) => sum + amount, 0)
    const inOrder = left.toSorted((a, b) => (a.end ?? 99) - (b.end ?? 99) || a.start - b.start)
    for (const lot of inOrder) {
      const taken = Math.min(lot.has, debt)
      lot.has -= taken
      debt -= taken
    }
  }
  return left.reduce((sum, { has }) => sum + has, 0) - debt
}

const second = fc.integer({ min: 0, max: 20 })
const amount = fc.integer({ min: 1, max: 9 })
const lot = fc.record({ start: second, end: fc.option(fc.integer({ min: 1, max: 25 })), amount })

const INSERT = `INSERT INTO credit_entries (entry_key, about, user_id, account, direction, amount, starts_at, expires_at)
  SELECT key, key, $1, 'available', direction, amount, to_timestamp(start), to_timestamp("end")
  FROM jsonb_to_recordset($2) AS new (key text, direction text, amount bigint, start float8, "end" float8)`

test('the balance is that of the plain rule, for all grants and uses', () =>
  withPool(async (pool) => {
    let users = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(lot, { maxLength: 6 }),
        fc.array(fc.record({ at: second, amount }), { maxLength: 6 }),
        fc.integer({ min: 20, max: 26 }),
        async (lots, uses, now) => {
          users += 1
          const user = `user_${users}`
          const rows = [
            ...lots.map((row, n) => ({ ...row, key: `${user}:grant:${n}`, direction: 'debit' })),
            ...uses.map((row, n) => ({ ...row, start: row.at, key: `${user}:use:${n}`, direction: 'credit' })),
          ]
          await pool.query(INSERT, [user, JSON.stringify(rows)])
          const found = Number(await one(pool, 'sluice_credits_at($1, to_timestamp($2))', [user, now]))
          expect(found).toBe(balanceByHand(lots, uses, now))
        },
      ),
      { numRuns: 300 },
    )
  }))
