import { expect, test } from '@jest/globals'
import { connect } from '@sluice/database/pool'
import { replay } from '@sluice/database/replay'
import { decide } from '@sluice/handlers'
import { MONTHLY, type SentEvent, stripeEvent, subscriptionObject, YEARLY } from '@sluice/simulator'
import { eventually, type Stack } from '@sluice/testing'
import { allHandled, sendAll } from './support/stack.ts'
import { CREATED, invoice, thinOnly, thinPaid, withBoth } from './support/thin-events.ts'

/** One subscription at one second, as two events that do not say which of them came last. */
function tie(account?: string): { latest: ReturnType<typeof subscriptionObject>; events: SentEvent[] } {
  const subscription = { id: 'sub_1', customerId: 'cus_1', status: 'active', created: CREATED, periodEnd: CREATED + 1 }
  const [monthly, yearly] = [MONTHLY, YEARLY].map((price) => subscriptionObject({ ...subscription, price }))
  const events = [monthly, yearly, monthly, yearly].map((object, index) =>
    stripeEvent('customer.subscription.updated', object ?? {}, { id: `evt_${index}`, created: CREATED, account }),
  )
  return { latest: subscriptionObject({ ...subscription, price: MONTHLY }), events }
}

const subscriptions = (stack: Stack) => stack.query('SELECT price_id, undecided FROM subscriptions')

test.each([['acct_1'], [undefined]])(
  'a conflict between events of one second is settled by one request, which is recorded (account %s)',
  (account) =>
    withBoth(async (stack, stripe) => {
      const { latest, events } = tie(account)
      // Of the same second it would be one more that contradicts.
      stripe.setDate(new Date(CREATED * 1000))
      stripe.put(latest, account)
      await sendAll(stack, events)
      await eventually(() => expect(stripe.requests).toHaveLength(1))
      expect(await subscriptions(stack)).toMatchObject([{ undecided: true }])

      stripe.setDate(new Date(CREATED * 1000 + 5_000))
      await stack.query('UPDATE subscriptions SET fetch_after = now()')

      await eventually(async () =>
        expect(await subscriptions(stack)).toEqual([{ price_id: MONTHLY.id, undecided: false }]),
      )
      expect(stripe.requests).toMatchObject([{ account: account ?? null }, { path: '/v1/subscriptions/sub_1' }])
      expect(await allHandled(stack, 5)).toEqual({ processed: 5 })
      expect(
        await stack.query(`SELECT event_id, account FROM webhook_events WHERE headers ? 'sluice-fetched-for'`),
      ).toEqual([{ event_id: `fetch-sub_1-${CREATED + 5}`, account: account ?? null }])
    }),
)

test('a replay of all events leads to the same rows without a request to Stripe', () =>
  withBoth(async (stack, stripe) => {
    const { latest, events } = tie()
    stripe.put(latest)
    stripe.put(invoice)
    await sendAll(stack, [...events, thinPaid, thinOnly])
    await allHandled(stack, 9) // two were fetched for thin events, and one for the tie
    const before = await rows(stack)
    stripe.failWith({ down: true })
    const asked = stripe.requests.length

    const pool = connect(stack.postgres.url)
    await replay(pool, { since: new Date(0) }, { decide }).finally(() => pool.end())
    await allHandled(stack, 9)

    expect(await rows(stack)).toEqual(before)
    expect(stripe.requests).toHaveLength(asked)
  }))

const rows = (stack: Stack) =>
  Promise.all([
    stack.query('SELECT event_id, status, error FROM webhook_events ORDER BY event_id'),
    stack.query('SELECT * FROM payments ORDER BY payment_id'),
    stack.query('SELECT * FROM ledger_entries ORDER BY entry_key, account'),
    stack.query('SELECT registers, status, price_id, undecided FROM subscriptions ORDER BY stripe_subscription_id'),
    stack.query('SELECT effect_key FROM outbox_messages ORDER BY effect_key'),
  ])
