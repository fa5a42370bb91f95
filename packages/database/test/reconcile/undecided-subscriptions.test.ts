import { describe, expect, test } from '@jest/globals'
import { isDeauthorized, leaseUndecidedSubscriptions } from '../../src/reconcile/index.ts'
import { at, subscription } from '../facts.ts'
import { type TestWorker, withWorker } from '../with-worker.ts'

/** Two snapshots of one second that contradict each other, of a subscription of that name. */
const tie = (subscriptionId: string, account: string | null = null) => ({
  facts: [1, 2].map((quantity) => subscription(1, 'active', { subscriptionId, account, contents: { quantity } })),
})

const deauthorize = ({ query }: TestWorker, account: string) =>
  query(`INSERT INTO connected_accounts (account, deauthorized) VALUES ($1, true)`, [account])

describe('a subscription that only Stripe can decide', () => {
  test('is leased to one at a time, for a minute', () =>
    withWorker(async ({ pool, query, handle }) => {
      await handle(tie('sub_tie', 'acct_1'))
      await handle({ facts: [subscription(1, 'active', { subscriptionId: 'sub_clear' })] })

      const leases = await Promise.all([leaseUndecidedSubscriptions(pool, 10), leaseUndecidedSubscriptions(pool, 10)])
      expect(leases.flat()).toEqual([{ subscriptionId: 'sub_tie', account: 'acct_1', livemode: false, since: at(1) }])
      await query(`UPDATE subscriptions SET fetch_after = fetch_after - '59 s'::interval`)
      expect(await leaseUndecidedSubscriptions(pool, 10)).toEqual([])
      await query(`UPDATE subscriptions SET fetch_after = fetch_after - '1 s'::interval`)
      expect(await leaseUndecidedSubscriptions(pool, 10)).toHaveLength(1)
    }))

  test('is decided by a later snapshot', () =>
    withWorker(async ({ pool, handle }) => {
      await handle(tie('sub_tie'))
      await handle({ facts: [subscription(2, 'active', { subscriptionId: 'sub_tie' })] })
      expect(await leaseUndecidedSubscriptions(pool, 10)).toEqual([])
    }))

  test('is leased in batches, the longest waiting first', () =>
    withWorker(async ({ pool, query, handle }) => {
      for (const name of ['sub_1', 'sub_2', 'sub_3']) await handle(tie(name))
      await query(
        `UPDATE subscriptions SET fetch_after = now() - '1 h'::interval WHERE stripe_subscription_id = 'sub_2'`,
      )
      expect(await leaseUndecidedSubscriptions(pool, 1)).toMatchObject([{ subscriptionId: 'sub_2' }])
      expect(await leaseUndecidedSubscriptions(pool, 10)).toHaveLength(2)
    }))

  test('is not leased when its account has deauthorized us', () =>
    withWorker(async (worker) => {
      await worker.handle(tie('sub_tie', 'acct_gone'))
      await deauthorize(worker, 'acct_gone')
      expect(await leaseUndecidedSubscriptions(worker.pool, 10)).toEqual([])
      expect(await isDeauthorized(worker.pool, 'acct_gone')).toBe(true)
      expect(await isDeauthorized(worker.pool, 'acct_1')).toBe(false)
      expect(await isDeauthorized(worker.pool, null)).toBe(false)
    }))
})
