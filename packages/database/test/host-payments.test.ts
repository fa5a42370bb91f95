import { expect, test } from '@jest/globals'
import type { Fact } from '@sluice/events'
import { bookUnclaimedPayments } from '../src/commit/index.ts'
import { loadHostData, nextMessages } from '../src/host/index.ts'
import { payment, reference } from './facts.ts'
import { type TestWorker, withWorker } from './with-worker.ts'

const RULES = { pastDueIsActive: true, notifiesHost: true }

const received = reference('pi_1', null, {
  received: { amount: 1_000, currency: 'usd', customerId: 'cus_1' },
  succeeded: true,
})
const paid = payment({ stripeSubscriptionId: null })
const link = reference('pi_1', 'in_1')
const part = payment({ money: undefined, part: { id: 'inpay_1', amount: 1_000, isExternal: false } })

/** The messages about payments, each with what a worker knows that is about to send it. */
async function messages({ pool }: TestWorker): Promise<string[]> {
  const pending = (await nextMessages(pool, 'endpoint', 10, [], [])).filter(({ key }) => key.startsWith('payment.'))
  const data = await loadHostData(pool, pending)
  return pending.map(({ id, key }) => {
    const { obsolete, sameMoney, data: state } = data.get(id) ?? { data: {} }
    return [key, state['paymentId'], obsolete, sameMoney && `the same as ${sameMoney}`].filter(Boolean).join(', ')
  })
}

const booked = (worker: TestWorker) => bookUnclaimedPayments(worker.pool, 0, RULES)

test('an invoice that claims an announced intent says the same, and the intent is told as the invoice', () =>
  withWorker(async (worker) => {
    await worker.handle({ facts: [received] })
    await booked(worker)
    expect(await messages(worker)).toEqual(['payment.succeeded:pi_1, pi_1'])
    await worker.handle({ facts: [link, part] })
    expect(await messages(worker)).toEqual(['payment.succeeded:pi_1, in_1, another payment has its money'])
    await worker.handle({ facts: [paid] })
    expect(await messages(worker)).toEqual([
      'payment.succeeded:pi_1, in_1, another payment has its money',
      'payment.succeeded:in_1, in_1, the same as pi_1',
    ])
  }, RULES))

test.each<[string, Fact[][]]>([
  ['before', [[received], [paid, link, part]]],
  ['after', [[paid, link, part], [received]]],
])('an intent that comes %s the invoice is not announced beside it', (_, batches) =>
  withWorker(async (worker) => {
    for (const facts of batches) await worker.handle({ facts })
    await booked(worker)
    expect(await messages(worker)).toEqual(['payment.succeeded:in_1, in_1'])
  }, RULES),
)
