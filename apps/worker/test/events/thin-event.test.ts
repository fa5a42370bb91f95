import { expect, test } from '@jest/globals'
import { stripeEvent } from '@sluice/simulator'
import { thinEvent } from '@sluice/testing/stand-ins'
import { isThin, settleThin } from '../../src/events/thin-event.ts'
import { withFetching } from '../with-fetching.ts'

const CUSTOMER = { id: 'cus_1', object: 'customer', email: 'a@example.com' }
const UPDATED = stripeEvent('customer.updated', CUSTOMER, { id: 'evt_1', created: 1_767_600_000 })
const THIN = thinEvent(UPDATED)

const ROW = `SELECT status, error, attempts FROM webhook_events WHERE event_id = 'evt_thin_1'`

test.each([
  ['stripe', 'v1.invoice.paid', true],
  ['stripe', 'v2.core.account.updated', true],
  ['stripe', 'invoice.paid', false],
  ['stripe', 'v.odd', false],
  ['replicate', 'v1.prediction', false],
])('%s %s is thin: %s', (provider, type, thin) => {
  expect(isThin({ provider, type })).toBe(thin)
})

test('the fetched event is in the inbox and on the queue, or in the row of the snapshot event if that came first', () =>
  withFetching(async ({ fetching, stripe, receive, query }) => {
    stripe.put(CUSTOMER)
    const row = await receive(THIN)
    expect(await settleThin(fetching, row)).toMatchObject({ outcome: 'processed', event: { eventId: 'evt_thin_1' } })

    expect(await query(`SELECT event_id, status, customer_id FROM webhook_events ORDER BY id`)).toEqual([
      { event_id: 'evt_thin_1', status: 'processed', customer_id: 'cus_1' },
      { event_id: 'evt_1', status: 'received', customer_id: 'cus_1' },
    ])
    expect(await fetching.producer.counts()).toMatchObject({ 'webhook-events': { waiting: 1 } })
    expect(await settleThin(fetching, row)).toEqual({
      outcome: 'settled',
      event: { provider: 'stripe', eventId: 'evt_thin_1' },
    })
    expect(await settleThin(fetching, '999')).toEqual({ outcome: 'missing' })
    expect(stripe.paths()).toEqual(['/v1/customers/cus_1'])
  }))

test('two workers that fetch for the same event at once make one row', () =>
  withFetching(async ({ fetching, stripe, receive, query }) => {
    stripe.put(CUSTOMER)
    stripe.failWith({ delayMs: 200 })
    const row = await receive(THIN)
    const outcomes = await Promise.all([settleThin(fetching, row), settleThin(fetching, row)])
    expect(outcomes).toMatchObject([{ outcome: 'processed' }, { outcome: 'processed' }])
    expect(await query('SELECT count(*)::int FROM webhook_events')).toEqual([{ count: 2 }])
  }))

test('what was recorded of it is enough, also without a key', () =>
  withFetching(async ({ keyless, stripe, receive, query }) => {
    await receive(UPDATED)
    expect(await settleThin(keyless, await receive(THIN))).toMatchObject({ outcome: 'processed' })
    expect(await query(ROW)).toEqual([{ status: 'processed', error: null, attempts: 0 }])
    expect(stripe.paths()).toEqual([])
  }))

test.each([
  ['it is told when', { status: 429, retryAfter: 7 }, { outcome: 'later', afterMs: 7_000 }],
  ['nobody says when', { status: 503 }, { outcome: 'later', afterMs: 0 }],
  ['it is not let in', { status: 403 }, { outcome: 'failed', code: 'stripe_refused', message: 'Stripe answered 403' }],
])('where Stripe does not answer the row stays as it is: %s', (_why, trouble, outcome) =>
  withFetching(async ({ fetching, stripe, receive, query }) => {
    stripe.failWith(trouble)
    expect(await settleThin(fetching, await receive(THIN))).toMatchObject(outcome)
    expect(await query(ROW)).toEqual([{ status: 'received', error: null, attempts: 0 }])
  }),
)

test('an event whose body was erased fails', () =>
  withFetching(async ({ fetching, receive, query }) => {
    const row = await receive(THIN)
    await query('UPDATE webhook_events SET raw_body = NULL')
    expect(await settleThin(fetching, row)).toMatchObject({ outcome: 'failed', code: 'body_erased' })
  }))

test('so has one that calls itself thin and is a snapshot', () =>
  withFetching(async ({ fetching, receive }) => {
    const odd = stripeEvent('v1.customer.updated', CUSTOMER, { id: 'evt_odd', created: 1 })
    expect(await settleThin(fetching, await receive(odd))).toMatchObject({ outcome: 'failed', code: 'invalid_object' })
  }))

test('and one whose id leaves no room for an id of ours', () =>
  withFetching(async ({ fetching, stripe, receive }) => {
    stripe.put(CUSTOMER)
    const row = await receive(thinEvent(UPDATED, { id: 'e'.repeat(255), namesSnapshot: false }))
    expect(await settleThin(fetching, row)).toMatchObject({ outcome: 'failed', code: 'invalid_object' })
  }))

test('an event about an account needs no request to Stripe', () =>
  withFetching(async ({ keyless, stripe, receive, query }) => {
    const options = { id: 'evt_1', created: 1_767_600_000, account: 'acct_1' }
    const gone = thinEvent(stripeEvent('account.application.deauthorized', { object: 'application' }, options))
    expect(await settleThin(keyless, await receive(gone))).toMatchObject({ outcome: 'processed' })
    expect(await query(`SELECT type, account, occurred_at FROM webhook_events WHERE event_id = 'evt_1'`)).toEqual([
      { type: 'account.application.deauthorized', account: 'acct_1', occurred_at: new Date(1_767_600_000_000) },
    ])
    expect(stripe.paths()).toEqual([])
  }))
