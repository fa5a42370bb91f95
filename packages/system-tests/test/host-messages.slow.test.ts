import { expect, test } from '@jest/globals'
import { HOST_MESSAGE_TYPES } from '@sluice/events'
import { createRandom, predictionLifecycle, type SentEvent, SUBSCRIBED, subscriptionLifecycle } from '@sluice/simulator'
import { eventually, type Stack, withStack } from '@sluice/testing'
import { type HostRequest, type TestHost, withHost, withStripe } from '@sluice/testing/stand-ins'
import { checkout, customer, invoice, stripeEvent, subscription, user } from './cases/support/stripe-events.ts'
import { acknowledgedBy, checkMessage, HOST_SECRET } from './support/host-messages.ts'
import { startImport } from './support/imported-account.ts'
import { addHostRows, allDone, send } from './support/stack.ts'

type Json = Record<string, unknown>

const withNotifiedHost = (
  env: Record<string, string>,
  use: (stack: Stack, host: TestHost) => Promise<void>,
): Promise<void> =>
  withHost((host) =>
    withStack(
      {
        env: {
          HOST_WEBHOOK_URL: host.url,
          HOST_WEBHOOK_SECRET: HOST_SECRET,
          SWEEP_INTERVAL_MS: '200',
          ...env,
        },
      },
      (stack) => use(stack, host),
    ),
  )

function eventOf(type: string, object: Json, at: number): SentEvent {
  const { body } = stripeEvent(type, object, { at })
  return { provider: 'stripe', id: JSON.parse(body).id, type, at: new Date(), body }
}

const refund = {
  id: 're_1',
  object: 'refund',
  amount: 500,
  currency: 'usd',
  status: 'succeeded',
  charge: 'ch_1',
  payment_intent: 'pi_1',
}
const dispute = {
  ...{ id: 'du_1', object: 'dispute', amount: 2000, currency: 'usd', status: 'needs_response', reason: 'fraudulent' },
  ...{ charge: 'ch_1', payment_intent: 'pi_1', evidence_details: { due_by: 1_796_608_201 }, balance_transactions: [] },
}
const invoicePayment = {
  ...{ id: 'inpay_1', object: 'invoice_payment', invoice: 'in_1', amount_paid: 2000, amount_requested: 2000 },
  ...{ currency: 'usd', is_default: true, status: 'paid', payment: { type: 'payment_intent', payment_intent: 'pi_1' } },
}
const charge = {
  ...{ id: 'ch_1', object: 'charge', amount: 2000, currency: 'usd', customer: 'cus_1', payment_intent: 'pi_1' },
  ...{ paid: true, captured: true, status: 'succeeded', amount_captured: 2000 },
}

const EVENTS = [
  eventOf('customer.created', customer('cus_1', user('user_1')), 0),
  eventOf('customer.subscription.created', subscription('sub_1', 'cus_1'), 1),
  eventOf('invoice.paid', invoice('in_1', 'cus_1', 'sub_1'), 2),
  eventOf('invoice_payment.paid', invoicePayment, 3),
  eventOf('charge.succeeded', charge, 3),
  eventOf(
    'invoice.payment_failed',
    invoice('in_2', 'cus_1', 'sub_1', { status: 'open', amount_paid: 0, attempt_count: 1 }),
    4,
  ),
  eventOf('checkout.session.completed', checkout('cs_1', { customer: 'cus_1' }), 5),
  eventOf('refund.created', refund, 6),
  eventOf('charge.dispute.created', dispute, 7),
  ...(['succeeded', 'failed', 'canceled'] as const).flatMap((ending) =>
    predictionLifecycle({ seed: ending, ending, predictionId: `prediction${ending}` }),
  ),
]

/** The newest message of a type, by version. */
function newest({ requests }: TestHost, type: string): HostRequest | undefined {
  return requests.filter((one) => one.type === type).sort((a, b) => b.data.version - a.data.version)[0]
}

test('every type of message comes from real events, signed, in its schema, once, with how things stand', () =>
  withStripe((stripe) =>
    withNotifiedHost({ ...stripe.env, EMAILS: 'none' }, async (stack, host) => {
      await addHostRows(stack, {
        users: [{ id: 'user_1', email: 'one@example.com' }],
        generationJobs: ['succeeded', 'failed', 'canceled'].map((ending) => ({
          id: `job_${ending}`,
          userId: 'user_1',
          predictionId: `prediction${ending}`,
        })),
      })
      for (const event of EVENTS) await send(stack, event)
      await allDone(stack, EVENTS.length)
      const imported = startImport(stack)
      expect({ code: await imported.exited, output: imported.output() }).toMatchObject({ code: 0 })

      await eventually(async () => {
        const types = new Set(acknowledgedBy(host).map(({ type }) => type))
        expect([...types].sort()).toEqual([...HOST_MESSAGE_TYPES].sort())
      })
      await eventually(async () =>
        expect(await stack.query(`SELECT effect_key FROM outbox_messages WHERE status = 'pending'`)).toEqual([]),
      )
      for (const request of host.requests) checkMessage(request)
      expect([...host.acknowledged.values()].every((times) => times === 1)).toBe(true)
      const rows = await stack.query<{ key: string; status: string; error: string | null }>(
        `SELECT effect_key AS key, status, error FROM outbox_messages WHERE kind = 'host.message' ORDER BY 1`,
      )
      const sent = rows.filter(({ status }) => status === 'done').map(({ key }) => key)
      expect(sent).toEqual([...host.acknowledged.keys()].sort())
      const others = rows.filter(({ status }) => status !== 'done').map(({ error }) => error)
      expect(new Set(others)).toEqual(new Set(['obsolete: the host knows it from another message']))

      expect(newest(host, 'entitlements.changed')?.data).toMatchObject({ userId: 'user_1', role: 'PREMIUM' })
      expect(newest(host, 'subscription.changed')?.data).toMatchObject({ subscriptionId: 'sub_1', userId: 'user_1' })
      expect(newest(host, 'payment.succeeded')?.data).toMatchObject({ userId: 'user_1', amount: 2000 })
      expect(newest(host, 'payment.failed')?.data).toMatchObject({ invoiceId: 'in_2', userId: 'user_1' })
      expect(newest(host, 'payment.refunded')?.data).toMatchObject({ refundId: 're_1', paymentId: 'in_1', amount: 500 })
      expect(newest(host, 'dispute.changed')?.data).toMatchObject({ disputeId: 'du_1', paymentId: 'in_1' })
      expect(newest(host, 'checkout.completed')?.data).toMatchObject({ sessionId: 'cs_1', userId: 'user_1' })
      expect(newest(host, 'customer.linked')?.data).toMatchObject({ customerId: 'cus_1', userId: 'user_1' })
      expect(newest(host, 'generation.completed')?.data).toMatchObject({ jobId: 'job_succeeded', files: [{}, {}] })

      await purchasesInSomeOrders(stack, host)
    }),
  ))

type Purchase = { userId: string; events: SentEvent[] }

/** The same purchase by a user of its own for each order of its events: as they happened, backwards, and at random. */
function purchases(): Purchase[] {
  const random = createRandom('orders')
  const orders: ((events: SentEvent[]) => SentEvent[])[] = [
    (events) => events,
    (events) => events.toReversed(),
    ...Array.from({ length: 6 }, () => (events: SentEvent[]) => {
      const left = [...events]
      return events.flatMap(() => left.splice(random.between(0, left.length - 1), 1))
    }),
  ]
  return orders.map((order, index) => {
    const userId = `buyer_${index}`
    return { userId, events: order(subscriptionLifecycle({ seed: userId, userId, steps: [...SUBSCRIBED] })) }
  })
}

/** Nothing is announced twice in a row, and what is announced last is how things stand. */
async function purchasesInSomeOrders(stack: Stack, host: TestHost): Promise<void> {
  const all = purchases()
  const ids = all.map(({ userId }) => userId)
  await addHostRows(stack, { users: ids.map((id) => ({ id, email: `${id}@example.com` })), generationJobs: [] })
  const before = host.requests.length
  await Promise.all(
    all.map(async ({ events }) => {
      for (const event of events) await send(stack, event)
    }),
  )
  await allDone(stack, EVENTS.length + all.flatMap(({ events }) => events).length)
  const [written] = await stack.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM outbox_messages WHERE kind = 'host.message' AND (payload ->> 'subject' = ANY ($1)
        OR payload ->> 'subject' IN (SELECT stripe_subscription_id FROM subscriptions WHERE user_id = ANY ($1)))`,
    [ids],
  )
  const messages = host.requests.slice(before)
  const changed = messages.filter(({ type }) => ['entitlements.changed', 'subscription.changed'].includes(type))
  process.stdout.write(
    `${all.length} purchases in ${all.length} orders: ${written?.count} changes of entitlements and subscriptions, ` +
      `${changed.length} messages about them, of ${messages.length}\n`,
  )
  for (const request of messages) checkMessage(request)

  const known = new Map<string, string>()
  for (const { type, data } of messages.sort((a, b) => a.data.version - b.data.version)) {
    const { version: _, ...state } = data
    const thing = `${type} ${state['subscriptionId'] ?? state['userId']}`
    const now = JSON.stringify(state)
    if (type === 'entitlements.changed' || type === 'subscription.changed') expect(known.get(thing)).not.toBe(now)
    known.set(thing, now)
  }
  const rows = await stack.query<{ user: string; role: string; subscription: string; status: string }>(
    `SELECT u.id AS user, u.role, s.stripe_subscription_id AS subscription, s.status
      FROM users u JOIN subscriptions s ON s.user_id = u.id WHERE u.id = ANY ($1)`,
    [ids],
  )
  expect(rows).toHaveLength(all.length)
  for (const { user: userId, role, subscription: id, status } of rows) {
    expect(JSON.parse(known.get(`entitlements.changed ${userId}`) ?? '{}')).toMatchObject({ role })
    expect(JSON.parse(known.get(`subscription.changed ${id}`) ?? '{}')).toMatchObject({ status, userId })
  }
}
