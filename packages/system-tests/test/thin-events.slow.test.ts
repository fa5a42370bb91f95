import { expect, test } from '@jest/globals'
import { MONTHLY, type SentEvent, stripeEvent, subscriptionObject } from '@sluice/simulator'
import { eventually, type Stack, withStack } from '@sluice/testing'
import { thinEvent } from '@sluice/testing/stand-ins'
import { allHandled, send, sendAll } from './support/stack.ts'
import { CREATED, invoice, paid, QUICK, thinOnly, thinPaid, withBoth } from './support/thin-events.ts'

const events = (stack: Stack) =>
  stack.query(`SELECT event_id, type, status, error, headers ->> 'sluice-fetched-for' AS cause
    FROM webhook_events ORDER BY event_id`)
const payments = (stack: Stack) => stack.query('SELECT payment_id, status, amount::int FROM payments')
const PAYMENT = { payment_id: 'in_1', status: 'succeeded', amount: MONTHLY.amount }

/** Guarantees that a thin event has the same effect as its snapshot event. */
test('a thin event is fetched, and handled as the snapshot event it stands for', () =>
  withBoth(async (stack, stripe) => {
    stripe.put(invoice)
    await send(stack, thinOnly)

    expect(await allHandled(stack, 2)).toEqual({ processed: 2 })
    expect(await events(stack)).toEqual([
      { event_id: 'evt_thin_only', type: 'v1.invoice.paid', status: 'processed', error: null, cause: null },
      {
        event_id: 'evt_thin_only-fetched',
        type: 'invoice.paid',
        status: 'processed',
        error: null,
        cause: 'evt_thin_only',
      },
    ])
    expect(await payments(stack)).toMatchObject([PAYMENT])
    expect(stripe.requests).toMatchObject([{ method: 'GET', path: '/v1/invoices/in_1', account: null, context: null }])
    expect(stack.workers[0]?.output()).not.toContain(stripe.env.STRIPE_API_KEY)
  }))

test.each([
  ['snapshot, then thin', [paid, thinPaid], 0],
  ['thin, then snapshot', [thinPaid, paid], 1],
])('a snapshot event and its thin event take effect once: %s', (_order, [first, second], asked) =>
  withBoth(async (stack, stripe) => {
    stripe.put(invoice)
    await send(stack, first as SentEvent)
    await allHandled(stack, asked + 1)
    const effects = await stack.query('SELECT effect_key FROM outbox_messages ORDER BY 1')

    await send(stack, second as SentEvent)

    expect(await allHandled(stack, 2)).toEqual({ processed: 2 })
    expect(await payments(stack)).toMatchObject([PAYMENT])
    expect(await stack.query('SELECT effect_key FROM outbox_messages ORDER BY 1')).toEqual(effects)
    expect(stripe.paths()).toHaveLength(asked)
  }),
)

test('snapshot and thin events that are repeated in any order have one effect', () =>
  withBoth(async (stack, stripe) => {
    stripe.put(invoice)
    const url = `${stack.ingests[0]?.url}/webhooks/stripe`
    const secret = stack.env['STRIPE_WEBHOOK_SECRET'] ?? ''
    stripe.addEndpoint({ url, secret })
    stripe.addEndpoint({ url, secret, payload: 'thin' })

    await stripe.deliver([paid], { seed: 1, copies: 9 })

    expect(await allHandled(stack, 2)).toEqual({ processed: 2 })
    expect(await payments(stack)).toMatchObject([PAYMENT])
    expect(await stack.query('SELECT count(*)::int FROM ledger_entries')).toEqual([{ count: 2 }])
  }))

test('a thin event a thin event waits while Stripe is down, and uses no attempt', () =>
  withBoth(async (stack, stripe) => {
    stripe.put(invoice)
    stripe.failWith({ down: true })
    await send(stack, thinPaid)
    await eventually(() => expect(stripe.requests.length).toBeGreaterThan(6))
    expect(await stack.query('SELECT status, attempts FROM webhook_events')).toEqual([
      { status: 'received', attempts: 0 },
    ])

    stripe.recover()

    expect(await allHandled(stack, 2)).toEqual({ processed: 2 })
    expect(await payments(stack)).toMatchObject([PAYMENT])
  }))

test('no request is made before the Retry-After of Stripe has passed', () =>
  withBoth(async (stack, stripe) => {
    stripe.put(invoice)
    stripe.failWith({ status: 429, retryAfter: 2, times: 1 })
    await send(stack, thinPaid)
    await eventually(() => expect(stripe.requests).toHaveLength(1))
    const refusedAt = performance.now()

    await eventually(() => expect(stripe.requests).toHaveLength(2))

    expect(performance.now() - refusedAt).toBeGreaterThan(1_900)
    expect(await allHandled(stack, 2)).toEqual({ processed: 2 })
  }))

test('a slow request to Stripe is given up in time and repeated', () =>
  withBoth(
    async (stack, stripe) => {
      stripe.put(invoice)
      stripe.failWith({ delayMs: 20_000, times: 1 })
      await send(stack, thinPaid)
      expect(await allHandled(stack, 2, 18_000)).toEqual({ processed: 2 }) // before the slow answer comes
    },
    { HANDLER_TIMEOUT_MS: '1000' },
  ))

test('an API key that Stripe refuses uses attempts and ends in a dead letter', () =>
  withBoth(async (stack, stripe) => {
    stripe.failWith({ status: 401 })
    await send(stack, thinPaid)

    expect(await allHandled(stack, 1)).toEqual({ failed: 1 })
    expect(await stack.query('SELECT attempts, error FROM webhook_dead_letters')).toEqual([
      { attempts: 2, error: 'stripe_refused: Stripe answered 401' },
    ])
  }))

test('a deleted object changes nothing but its own deletion', () =>
  withBoth(async (stack, stripe) => {
    const customer = { id: 'cus_1', object: 'customer' }
    const deleted = thinEvent(stripeEvent('customer.deleted', customer, { id: 'evt_deleted', created: CREATED }))
    const updated = thinEvent(stripeEvent('customer.updated', customer, { id: 'evt_updated', created: CREATED }))
    stripe.put({ ...customer, deleted: true })
    await sendAll(stack, [deleted, updated, thinPaid])

    expect(await allHandled(stack, 4)).toEqual({ processed: 2, ignored: 2 })
    expect(await stack.query(`SELECT event_id, error FROM webhook_events WHERE status = 'ignored' ORDER BY 1`)).toEqual(
      [
        { event_id: 'evt_thin_paid', error: 'thin event: its object is gone' },
        { event_id: 'evt_thin_updated', error: 'thin event: its object is gone' },
      ],
    )
    expect(await stack.query('SELECT stripe_customer_id, deleted FROM customers')).toEqual([
      { stripe_customer_id: 'cus_1', deleted: true },
    ])
  }))

test.each(['product', 'price', 'plan'])(
  'a deleted object that cannot be fetched is read from its snapshot event: %s',
  (object) =>
    withBoth(async (stack, stripe) => {
      const contents = { id: 'one', object, name: 'Pro', active: true, currency: 'usd', product: 'prod_1' }
      const snapshot = stripeEvent(`${object}.deleted`, contents, { id: 'evt_deleted', created: CREATED })
      stripe.put(JSON.parse(snapshot.body))
      await send(stack, thinEvent(snapshot))

      expect(await allHandled(stack, 2)).toEqual({ processed: 2 })
      expect(await stack.query(`SELECT active FROM ${object === 'product' ? 'products' : 'prices'}`)).toEqual([
        { active: false },
      ])
    }),
)

test('an object without an id is fetched as the snapshot event that the thin event names', () =>
  withBoth(async (stack, stripe) => {
    const upcoming = {
      ...{ object: 'invoice', customer: 'cus_1', subscription: 'sub_1', amount_due: 2_000, currency: 'usd' },
      period_end: 4_000_000_000,
    }
    const snapshot = stripeEvent('invoice.upcoming', upcoming, { id: 'evt_upcoming', created: CREATED })
    stripe.put(JSON.parse(snapshot.body))
    await send(stack, thinEvent(snapshot))

    expect(await allHandled(stack, 2)).toEqual({ processed: 2 })
    expect(await events(stack)).toMatchObject([
      { event_id: 'evt_thin_upcoming', cause: null },
      { event_id: 'evt_upcoming', type: 'invoice.upcoming', cause: 'evt_thin_upcoming' },
    ])
    expect(stripe.paths()).toEqual(['/v1/events/evt_upcoming'])
  }))

test('a finer type is an update of its object', () =>
  withBoth(async (stack, stripe) => {
    const subscription = subscriptionObject({
      id: 'sub_1',
      customerId: 'cus_1',
      status: 'past_due',
      price: MONTHLY,
      created: CREATED,
      periodEnd: CREATED,
    })
    stripe.put(subscription)
    const updated = stripeEvent('customer.subscription.updated', subscription, { id: 'evt_updated', created: CREATED })
    const { body, ...finer } = thinEvent(updated, { id: 'evt_finer', namesSnapshot: false })
    const type = 'v1.customer.subscription.past_due'
    await send(stack, { ...finer, type, body: body.replace('v1.customer.subscription.updated', type) })

    expect(await allHandled(stack, 2)).toEqual({ processed: 2 })
    expect(await stack.query('SELECT status FROM subscriptions')).toEqual([{ status: 'past_due' }])
  }))

test('a thin event that cannot have an effect is ignored with a reason and without a request', () =>
  withBoth(
    async (stack, stripe) => {
      const upcoming = { object: 'invoice', customer: 'cus_1' }
      const at = (id: string) => ({ id, created: CREATED })
      const all: [string, SentEvent][] = [
        ['other mode', thinEvent(stripeEvent('invoice.paid', invoice, { ...at('evt_1'), livemode: true }))],
        [
          'account not in STRIPE_ACCOUNTS',
          thinEvent(stripeEvent('invoice.paid', invoice, { ...at('evt_2'), account: 'acct_2' })),
        ],
        ['type not in STRIPE_EVENT_TYPES', thinEvent(stripeEvent('price.updated', invoice, at('evt_3')))],
        ['no handler for this type', thinEvent(stripeEvent('invoice.sent', invoice, at('evt_4')))],
        [
          'thin event: it names no object to fetch',
          thinEvent(stripeEvent('invoice.upcoming', upcoming, at('evt_5')), { namesSnapshot: false }),
        ],
      ]
      await sendAll(
        stack,
        all.map(([, event]) => event),
      )

      expect(await allHandled(stack, 5)).toEqual({ ignored: 5 })
      const reasons = await stack.query<{ error: string }>('SELECT error FROM webhook_events ORDER BY event_id')
      expect(reasons.map(({ error }) => error)).toEqual(all.map(([reason]) => reason))
      expect(stripe.paths()).toEqual([])
    },
    { LIVEMODE: 'false', STRIPE_ACCOUNTS: 'acct_1', STRIPE_EVENT_TYPES: 'invoice.*' },
  ))

test('without an API key no request is made', () =>
  withStack({ env: QUICK }, async (stack) => {
    await send(stack, thinPaid)
    expect(await allHandled(stack, 1)).toEqual({ ignored: 1 })
    expect(await stack.query('SELECT error FROM webhook_events')).toEqual([
      { error: 'thin event: STRIPE_API_KEY is not set' },
    ])
  }))

test('an object of a connected account is fetched in its name until the account revokes access', () =>
  withBoth(async (stack, stripe) => {
    const ofAccount = (id: string) => ({ id, created: CREATED, account: 'acct_1' })
    const gone = stripeEvent('account.application.deauthorized', { object: 'application' }, ofAccount('evt_gone'))
    stripe.put(invoice, 'acct_1')
    await send(stack, thinEvent(stripeEvent('invoice.paid', invoice, ofAccount('evt_before'))))
    expect(await allHandled(stack, 2)).toEqual({ processed: 2 })
    expect(stripe.requests).toMatchObject([{ context: 'acct_1' }])
    expect(await stack.query('SELECT DISTINCT account FROM webhook_events')).toEqual([{ account: 'acct_1' }])

    await send(stack, thinEvent(gone))
    expect(await allHandled(stack, 4)).toEqual({ processed: 4 })
    await send(stack, thinEvent(stripeEvent('invoice.paid', invoice, ofAccount('evt_after'))))

    expect(await allHandled(stack, 5)).toEqual({ processed: 4, ignored: 1 })
    expect(await stack.query(`SELECT error FROM webhook_events WHERE status = 'ignored'`)).toEqual([
      { error: 'account deauthorized' },
    ])
    expect(stripe.paths()).toHaveLength(1)
  }))
