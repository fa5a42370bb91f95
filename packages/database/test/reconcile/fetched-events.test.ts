import { describe, expect, test } from '@jest/globals'
import { isDeauthorized, takeInFetched, takeUndecided } from '../../src/reconcile/index.ts'
import { at, subscription } from '../facts.ts'
import { received } from '../received.ts'
import { type TestWorker, withWorker } from '../with-worker.ts'

/** Two snapshots of one second that contradict each other, of a subscription of that name. */
const tie = (subscriptionId: string, account: string | null = null) => ({
  facts: [1, 2].map((quantity) => subscription(1, 'active', { subscriptionId, account, contents: { quantity } })),
})

const deauthorize = ({ query }: TestWorker, account: string) =>
  query(`INSERT INTO connected_accounts (account, deauthorized) VALUES ($1, true)`, [account])

describe('what only Stripe can decide', () => {
  test('is leased to one at a time, for a minute', () =>
    withWorker(async ({ pool, query, tell }) => {
      await tell(tie('sub_tie', 'acct_1'))
      await tell({ facts: [subscription(1, 'active', { subscriptionId: 'sub_clear' })] })

      const leases = await Promise.all([takeUndecided(pool, 10), takeUndecided(pool, 10)])
      expect(leases.flat()).toEqual([{ subscriptionId: 'sub_tie', account: 'acct_1', livemode: false, since: at(1) }])
      await query(`UPDATE subscriptions SET fetch_after = fetch_after - '59 s'::interval`)
      expect(await takeUndecided(pool, 10)).toEqual([])
      await query(`UPDATE subscriptions SET fetch_after = fetch_after - '1 s'::interval`)
      expect(await takeUndecided(pool, 10)).toHaveLength(1)
    }))

  test('is decided by a later snapshot', () =>
    withWorker(async ({ pool, tell }) => {
      await tell(tie('sub_tie'))
      await tell({ facts: [subscription(2, 'active', { subscriptionId: 'sub_tie' })] })
      expect(await takeUndecided(pool, 10)).toEqual([])
    }))

  test('is taken in bites, the longest waiting first', () =>
    withWorker(async ({ pool, query, tell }) => {
      for (const name of ['sub_1', 'sub_2', 'sub_3']) await tell(tie(name))
      await query(
        `UPDATE subscriptions SET fetch_after = now() - '1 h'::interval WHERE stripe_subscription_id = 'sub_2'`,
      )
      expect(await takeUndecided(pool, 1)).toMatchObject([{ subscriptionId: 'sub_2' }])
      expect(await takeUndecided(pool, 10)).toHaveLength(2)
    }))

  test('is not asked of an account that took back its leave', () =>
    withWorker(async (worker) => {
      await worker.tell(tie('sub_tie', 'acct_gone'))
      await deauthorize(worker, 'acct_gone')
      expect(await takeUndecided(worker.pool, 10)).toEqual([])
      expect(await isDeauthorized(worker.pool, 'acct_gone')).toBe(true)
      expect(await isDeauthorized(worker.pool, 'acct_1')).toBe(false)
      expect(await isDeauthorized(worker.pool, null)).toBe(false)
    }))
})

describe('what was fetched for a thin event', () => {
  const state = ({ query }: TestWorker) => query('SELECT event_id, status, error FROM webhook_events ORDER BY id')
  const SNAPSHOT = received('evt_snapshot')

  test('is taken in once, and settles the thin event', () =>
    withWorker(async (worker) => {
      const thin = await worker.append({})
      const taken = await takeInFetched(worker.pool, thin, SNAPSHOT)
      expect(taken.id).toEqual(expect.any(String))
      expect(await takeInFetched(worker.pool, thin, SNAPSHOT)).toEqual(taken)
      expect(await state(worker)).toEqual([
        { event_id: 'evt_0', status: 'processed', error: null },
        { event_id: 'evt_snapshot', status: 'received', error: null },
      ])
    }))

  test('is told to one that came as a snapshot before', () =>
    withWorker(async (worker) => {
      const twin = await worker.append({})
      const thin = await worker.append({})
      expect(await takeInFetched(worker.pool, thin, received('evt_0'))).toEqual({ id: twin })
    }))

  test('may be nothing, for a reason', () =>
    withWorker(async (worker) => {
      const thin = await worker.append({})
      expect(await takeInFetched(worker.pool, thin, null, 'the object is gone')).toEqual({ id: null })
      expect(await state(worker)).toEqual([{ event_id: 'evt_0', status: 'ignored', error: 'the object is gone' }])
    }))

  test('closes the dead letter of a thin event that is done at last', () =>
    withWorker(async (worker) => {
      const thin = await worker.append({})
      await worker.query(`UPDATE webhook_events SET status = 'failed'`)
      await worker.query(
        `INSERT INTO webhook_dead_letters (provider, event_id, type, error, fingerprint, attempts)
          VALUES ('stripe', 'evt_0', 'v1.invoice.paid', 'broken', 'f', 8)`,
      )
      await takeInFetched(worker.pool, thin, SNAPSHOT)
      expect(await worker.query('SELECT FROM webhook_dead_letters WHERE redriven_at IS NULL')).toEqual([])
    }))

  test('is taken in not at all when its row is refused, and the thin event waits', () =>
    withWorker(async (worker) => {
      const thin = await worker.append({})
      const bad = received('evt_bad', { livemode: 'neither' as unknown as boolean })
      await expect(takeInFetched(worker.pool, thin, bad)).rejects.toThrow()
      expect(await state(worker)).toEqual([{ event_id: 'evt_0', status: 'received', error: null }])
    }))
})
