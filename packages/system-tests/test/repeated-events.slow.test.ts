import { describe, expect, test } from '@jest/globals'
import { openQueues } from '@sluice/queue'
import { type Stack, withStack } from '@sluice/testing'
import { allDone, send, sendAll } from './support/stack.ts'
import { AT, count, expectTaken, host, paidInvoice, stateOf, stripe, subscription } from './support/unusual-events.ts'

describe('a repeated event is handled once', () => {
  test('fifty concurrent deliveries of one event make one row and one job', () =>
    withStack({ ingests: 2 }, async (stack) => {
      await host(stack)
      const event = stripe('invoice.paid', paidInvoice())
      const answers = await sendAll(
        stack,
        Array.from({ length: 50 }, () => event),
        50,
      )
      expectTaken(answers)
      expect(answers.filter(({ body }) => (body as { duplicate: boolean }).duplicate)).toHaveLength(49)
      expect(await allDone(stack, 1)).toEqual({ processed: 1 })
      expect((await send(stack, event)).body).toEqual({ received: true, duplicate: true })
      expect(await count(stack, 'webhook_events')).toBe(1)
      expect(await count(stack, 'payments')).toBe(1)
      expect(await count(stack, 'ledger_entries')).toBe(2)
      expect(await jobsOf(stack)).toBe(1)
    }))

  test('a second event about the same change has a row of its own and changes nothing', () =>
    withStack({}, async (stack) => {
      await host(stack)
      const first = [
        stripe('customer.subscription.created', subscription('active')),
        stripe('invoice.paid', paidInvoice()),
      ]
      await sendAll(stack, first)
      await allDone(stack, 2)
      const before = await stateOf(stack)

      const second = [
        stripe('customer.subscription.created', subscription('active')),
        stripe('invoice.paid', paidInvoice()),
        stripe('invoice.payment_succeeded', paidInvoice()),
      ]
      const answers = await sendAll(stack, second)
      expect(answers.map(({ body }) => body)).toEqual(second.map(() => ({ received: true, duplicate: false })))
      expect(await allDone(stack, 5)).toEqual({ processed: 5 })
      expect(await stateOf(stack)).toEqual(before)
      expect(await count(stack, 'payments')).toBe(1)
      const keys = await stack.query<{ effect_key: string }>('SELECT effect_key FROM outbox_messages')
      expect(new Set(keys.map(({ effect_key }) => effect_key)).size).toBe(keys.length)
      expect(keys.filter(({ effect_key }) => second.some(({ id }) => effect_key.includes(id)))).toEqual([])
    }))
})

/** Kept jobs of the events' queue, in any state. */
async function jobsOf(stack: Stack): Promise<number> {
  const { queues, close } = await openQueues(stack.redis.url)
  try {
    const events = queues.find(({ name }) => name === 'webhook-events')
    const counts = await events?.getJobCounts()
    return Object.values(counts ?? {}).reduce((sum, some) => sum + some, 0)
  } finally {
    await close()
  }
}

test.each([
  ['after', AT + 60],
  ['in the same second', AT + 10],
])('a subscription stays canceled when an update comes %s', (_when, updated) =>
  withStack({}, async (stack) => {
    await host(stack)
    const deleted = stripe('customer.subscription.deleted', subscription('canceled'), { created: AT + 10 })
    const update = stripe('customer.subscription.updated', subscription('active'), {
      created: updated,
      previous: { status: 'past_due' },
    })
    for (const event of [deleted, update]) {
      await send(stack, event)
      await allDone(stack, event === deleted ? 1 : 2)
    }
    expect(await stack.query('SELECT status, is_active FROM subscriptions')).toEqual([
      { status: 'canceled', is_active: false },
    ])
    expect(await stack.query('SELECT role FROM users')).toEqual([{ role: 'FREE' }])
  }),
)
