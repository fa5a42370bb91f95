import { describe, expect, test } from '@jest/globals'
import type { Fact } from '@sluice/events'
import { endPaidAccess, linkChangedUsers } from '../../src/commit/index.ts'
import { customer, dispute, payment, prediction, refund, session, subscription } from '../facts.ts'
import { type TestWorker, withWorker } from '../with-worker.ts'

const NOTIFIES = { notifiesHost: true }

const keys = async ({ query }: TestWorker): Promise<string[]> => {
  const rows = await query<{ key: string }>(
    `SELECT effect_key AS key FROM outbox_messages WHERE kind = 'host.message' ORDER BY effect_key COLLATE "C"`,
  )
  return rows.map(({ key }) => key)
}

const LINKED = customer({ links: [{ by: 'own' as const, userId: 'user_1' }] })

const withUser = (use: (worker: TestWorker) => Promise<void>, rules = NOTIFIES) =>
  withWorker(async (worker) => {
    await worker.query(`INSERT INTO users (id) VALUES ('user_1'), ('user_2')`)
    await use(worker)
  }, rules)

const FACTS: Fact[] = [LINKED, subscription(1, 'active'), payment({ paymentId: 'in_1' }), refund(1, 'succeeded')]

describe('what an event changes becomes messages', () => {
  test('of each type once', () =>
    withUser(async (worker) => {
      await worker.handle({ facts: FACTS })
      expect(await keys(worker)).toEqual([
        'customer.linked:cus_1:evt_0',
        'entitlements.changed:user_1:evt_0',
        'payment.refunded:re_1:succeeded',
        'payment.succeeded:in_1',
        'subscription.changed:sub_1:evt_0',
      ])
    }))

  test('and nothing that says the same again', () =>
    withUser(async (worker) => {
      await worker.handle({ facts: FACTS })
      const before = await keys(worker)
      await worker.handle({ facts: FACTS })
      expect(await keys(worker)).toEqual(before)
    }))

  test('of a payment that failed, a dispute, and a Checkout once it is paid', () =>
    withUser(async (worker) => {
      const unpaid = session(1)
      await worker.handle({
        facts: [payment({ paymentId: 'in_2', status: 'failed' }), dispute(1, 'needs_response'), unpaid],
      })
      expect(await keys(worker)).toEqual(['dispute.changed:dp_1:evt_0', 'payment.failed:in_2'])
      await worker.handle({ facts: [session(2, { contents: { paymentStatus: 'paid' } })] })
      expect(await keys(worker)).toContain('checkout.completed:cs_1')
    }))

  test.each([
    ['succeeded', 'generation.completed:job_1'],
    ['failed', 'generation.failed:job_1'],
    ['aborted', 'generation.canceled:job_1'],
  ] as const)('of a prediction that %s', (status, key) =>
    withUser(async (worker) => {
      await worker.query(`INSERT INTO generation_jobs (id, prediction_id) VALUES ('job_1', 'p1')`)
      await worker.handle({ facts: [prediction(status)] })
      expect(await keys(worker)).toEqual([key])
    }),
  )

  test('none where nobody wants messages, and none of the past', () =>
    withUser(
      async (worker) => {
        await worker.handle({ facts: FACTS })
        expect(await keys(worker)).toEqual([])
      },
      { notifiesHost: false },
    ).then(() =>
      withUser(async (worker) => {
        await worker.handle({ facts: FACTS, silent: true })
        expect(await keys(worker)).toEqual([])
      }),
    ))

  test('whose ids fit into a header, whatever ids the host chooses', () =>
    withWorker(async (worker) => {
      await worker.query('INSERT INTO users (id) VALUES ($1)', ['Zoë\n'])
      await worker.handle({ facts: [customer({ links: [{ by: 'own', userId: 'Zoë\n' }] })] })
      const all = await keys(worker)
      expect(all).toContainEqual(expect.stringMatching(/^entitlements\.changed:h[0-9a-f]{32}:evt_0$/))
      expect(all.every((key) => /^[\x21-\x7e]+$/.test(key))).toBe(true)
    }, NOTIFIES))
})

describe('a change without an event becomes messages', () => {
  test('when the host moves a customer to another user: for both', () =>
    withUser(async (worker) => {
      await worker.handle({ facts: FACTS })
      const before = await keys(worker)
      await worker.query(`UPDATE users SET stripe_customer_id = 'cus_1' WHERE id = 'user_2'`)
      while ((await linkChangedUsers(worker.pool, NOTIFIES)) > 0);
      const added = (await keys(worker)).filter((key) => !before.includes(key))
      expect(added.map((key) => key.replace(/:change:\d+$/, ''))).toEqual([
        'customer.linked:cus_1',
        'entitlements.changed:user_1',
        'entitlements.changed:user_2',
        'subscription.changed:sub_1',
      ])
    }))

  test('when the time ends that was paid for', () =>
    withUser(async (worker) => {
      await worker.handle({ facts: FACTS })
      const before = await keys(worker)
      await worker.query(`UPDATE subscriptions SET access_until = now() - '1 s'::interval`)
      expect(await endPaidAccess(worker.pool, NOTIFIES)).toBe(1)
      const added = (await keys(worker)).filter((key) => !before.includes(key))
      expect(added.map((key) => key.replace(/:access:.*$/, ''))).toEqual([
        'entitlements.changed:user_1',
        'subscription.changed:sub_1',
      ])
    }))
})
