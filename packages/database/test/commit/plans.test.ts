import { expect, test } from '@jest/globals'
import type { Fact } from '@sluice/events'
import type { Pool } from 'pg'
import { customer, payment, subscription } from '../facts.ts'
import { type TestWorker, withWorker } from '../with-worker.ts'

const MANY = 2_000
/** Postgres keeps to a plan from the sixth time on. */
const UNTIL_KEPT = 8

const factsOf = (index: number): Fact[] => {
  const ids = { customerId: `cus_${index}`, subscriptionId: `sub_${index}` }
  return [
    customer(ids),
    subscription(index % 60, 'active', ids),
    payment({ paymentId: `in_${index}`, stripeCustomerId: ids.customerId, stripeSubscriptionId: ids.subscriptionId }),
  ]
}

test('a commit looks rows up by key, although its statements were prepared while the tables were empty', () =>
  withWorker(async (worker) => {
    let customers = 0
    const handle = async (count: number) => {
      const facts = Array.from({ length: count }, () => factsOf(customers++)).flat()
      expect(await worker.handle({ facts })).toMatchObject({ outcome: 'processed' })
    }
    for (let commit = 0; commit < UNTIL_KEPT; commit += 1) await handle(1)
    await handle(MANY)
    const before = await rowsRead(worker)
    await handle(1)
    const { fromEndToEnd, byKey } = await rowsRead(worker)
    expect(byKey).toBeGreaterThan(before.byKey)
    expect(fromEndToEnd - before.fromEndToEnd).toBeLessThan(MANY)
  }))

/** All commits so far: the pool reuses the connection that counted them. */
async function rowsRead({ pool, query }: TestWorker): Promise<{ fromEndToEnd: number; byKey: number }> {
  await flush(pool)
  const [counts] = await query<{ fromEndToEnd: number; byKey: number }>(
    `SELECT sum(seq_tup_read)::int AS "fromEndToEnd", sum(idx_tup_fetch)::int AS "byKey" FROM pg_stat_user_tables`,
  )
  return counts ?? { fromEndToEnd: 0, byKey: 0 }
}

/** Postgres would count the statements of a connection up to a second later. */
async function flush(pool: Pool): Promise<void> {
  await pool.query('SELECT pg_stat_force_next_flush()')
  await pool.query('SELECT 1')
}
