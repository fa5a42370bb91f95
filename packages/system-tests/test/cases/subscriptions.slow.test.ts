import { expect } from '@jest/globals'
import { caseOf } from './support/case-files.ts'
import { type CaseOptions, describeCases, type Expected } from './support/describe-cases.ts'
import { checkout, invoice, START, stripeEvent, subscription, user } from './support/stripe-events.ts'

type Sent = ReturnType<typeof stripeEvent>
type Json = Record<string, unknown>

const DAY = 86_400
const MONTH = START + 30 * DAY

const SETUP = `INSERT INTO users (id, stripe_customer_id) VALUES ('a', 'cus_1');`

const one = (expected: Expected, events: Sent[], options: CaseOptions = {}): [Expected, CaseOptions] => [
  expected,
  { modes: ['batch', 'single'], ...options, events: caseOf(events, SETUP) },
]

const premium = (subscription: Json, more: Expected = {}): Expected => ({
  users: { a: 'PREMIUM' },
  subscriptions: [subscription],
  ...more,
})
const free = (subscription: Json, more: Expected = {}): Expected => ({
  users: { a: 'FREE' },
  subscriptions: [subscription],
  ...more,
})

/** A snapshot of the one subscription. */
const said = (at: number, type: string, fields: Json = {}, previous?: Json) =>
  stripeEvent(`customer.subscription.${type}`, subscription('sub_1', 'cus_1', { ...user('a'), ...fields }), {
    at,
    ...(previous && { previous }),
  })

const billed = (at: number, type: string, id = 'in_1', fields: Json = {}) =>
  stripeEvent(
    `invoice.${type}`,
    invoice(id, 'cus_1', 'sub_1', { ...STATUS[type], created: START + at - 1, ...fields }),
    {
      at,
    },
  )

const STATUS: Record<string, Json> = {
  payment_failed: { status: 'open', amount_paid: 0, next_payment_attempt: START + 3 * DAY },
  voided: { status: 'void', amount_paid: 0 },
  marked_uncollectible: { status: 'uncollectible', amount_paid: 0 },
}

const price = (id: string, unit_amount: number | null, fields: Json = {}) => ({
  id,
  object: 'price',
  unit_amount,
  currency: 'usd',
  recurring: { interval: 'month', interval_count: 1, usage_type: 'licensed' },
  ...fields,
})

const item = (id: string, price: Json, fields: Json = {}) => ({
  id,
  object: 'subscription_item',
  quantity: 1,
  current_period_end: MONTH,
  price,
  ...fields,
})

const items = (...data: Json[]) => ({ items: { object: 'list', data } })

const WAITING = { pending_update: { expires_at: START + DAY, subscription_items: [] } }
const UPDATE = { billing_reason: 'subscription_update' }
const SENT = { collection_method: 'send_invoice' }

describeCases('a subscription of which no snapshot is known', {
  'is active by a paid invoice while the period runs that was paid for': one(
    premium({ is_active: true, access_until: expect.any(String), undecided: true }),
    [billed(1, 'paid')],
  ),
  'is not active by an invoice whose period is over': one(free({ is_active: false }), [
    billed(1, 'paid', 'in_1', {
      lines: { data: [{ amount: 2000, period: { start: START - 60 * DAY, end: START - 30 * DAY } }] },
    }),
  ]),
  'is not active by a first payment that failed': one(free({ is_active: false, status: 'incomplete' }), [
    billed(1, 'payment_failed', 'in_1', { billing_reason: 'subscription_create' }),
  ]),
  'is active by an invoice that failed and was paid': one(premium({ is_active: true }), [
    billed(1, 'payment_failed'),
    billed(2, 'paid', 'in_1', { created: START }),
  ]),
  'keeps the period that was paid for when the next invoice failed': one(premium({ is_active: true }), [
    billed(1, 'paid', 'in_1'),
    billed(5, 'payment_failed', 'in_2'),
  ]),
  'is active when that next invoice is void': one(premium({ is_active: true }), [
    billed(1, 'paid', 'in_1'),
    billed(5, 'payment_failed', 'in_2'),
    billed(6, 'voided', 'in_2', { created: START + 4 }),
  ]),
  'is active for some days after its checkout': one(premium({ is_active: true, access_until: expect.any(String) }), [
    stripeEvent(
      'checkout.session.completed',
      checkout('cs_1', {
        ...{ mode: 'subscription', customer: 'cus_1', subscription: 'sub_1', invoice: 'in_1', payment_intent: null },
        client_reference_id: 'a',
      }),
      { at: 1 },
    ),
  ]),
  'is not known by a manual invoice': one({ users: { a: 'FREE' }, subscriptions: [] }, [
    billed(1, 'paid', 'in_1', { billing_reason: 'manual' }),
  ]),
  'has the state of its snapshot when that comes': one(
    free({ status: 'canceled', is_active: false, undecided: false }),
    [billed(1, 'paid'), said(2, 'deleted', { status: 'canceled' })],
  ),
})

describeCases('an invoice that says nothing of its subscription', {
  'a manual one that failed': one(premium({ status: 'active' }), [
    said(1, 'created'),
    billed(5, 'payment_failed', 'in_9', { billing_reason: 'manual' }),
  ]),
  'of an accepted quote, paid while the subscription is incomplete': one(free({ status: 'incomplete' }), [
    said(1, 'created', { status: 'incomplete' }),
    billed(5, 'paid', 'in_9', { billing_reason: 'quote_accept' }),
  ]),
  'one that is sent and failed, in the words of an old API version': one(premium({ status: 'active' }), [
    said(1, 'created', { collection_method: undefined, billing: 'send_invoice' }),
    billed(5, 'payment_failed', 'in_1', { collection_method: undefined, billing: 'send_invoice' }),
  ]),
  'one that is sent and paid lifts past due': one(premium({ status: 'active' }), [
    said(1, 'updated', { ...SENT, status: 'past_due' }),
    billed(5, 'paid', 'in_1', SENT),
  ]),
  'one that is sent is past due when its subscription says so': one(premium({ status: 'past_due' }), [
    said(1, 'created', SENT),
    billed(5, 'payment_failed', 'in_1', SENT),
    said(9, 'updated', { ...SENT, status: 'past_due' }, { status: 'active' }),
  ]),
  'a void one, before its snapshot': one(premium({ status: 'active' }), [
    said(1, 'created'),
    billed(5, 'payment_failed'),
    billed(6, 'voided', 'in_1', { created: START + 4 }),
  ]),
})

describeCases('an invoice that is written off', {
  'after it failed leaves the subscription active': one(premium({ status: 'active' }), [
    said(1, 'created'),
    billed(5, 'payment_failed'),
    billed(6, 'marked_uncollectible', 'in_1', { created: START + 4 }),
  ]),
  'lifts past due': one(premium({ status: 'active' }), [
    said(1, 'created'),
    said(6, 'updated', { status: 'past_due' }, { status: 'active' }),
    billed(9, 'marked_uncollectible'),
  ]),
  'lifts past due of one that is sent': one(premium({ status: 'active' }), [
    said(9, 'updated', { ...SENT, status: 'past_due' }),
    billed(20, 'marked_uncollectible', 'in_1', SENT),
  ]),
  'leaves past due, if a later one failed': one(premium({ status: 'past_due' }), [
    said(1, 'created'),
    billed(5, 'payment_failed'),
    billed(35, 'payment_failed', 'in_2'),
    billed(40, 'marked_uncollectible', 'in_1', { created: START + 4 }),
  ]),
  'does not start an incomplete subscription': one(free({ status: 'incomplete' }), [
    said(1, 'created', { status: 'incomplete' }),
    billed(9, 'marked_uncollectible', 'in_1', { billing_reason: 'subscription_create' }),
  ]),
  'gives no access to a subscription of which no snapshot is known': one(free({ is_active: false }), [
    billed(5, 'payment_failed'),
    billed(6, 'marked_uncollectible', 'in_1', { created: START + 4 }),
  ]),
})

describeCases('a pending update', {
  'that was declined leaves the subscription active, before it expires': one(premium({ status: 'active' }), [
    said(1, 'created'),
    said(3, 'updated', WAITING, { pending_update: null }),
    billed(4, 'payment_failed', 'in_2', UPDATE),
  ]),
  'that was paid is applied': one(premium({ status: 'active', price_id: 'price_team' }), [
    said(1, 'created'),
    said(3, 'updated', WAITING, { pending_update: null }),
    billed(4, 'paid', 'in_2', UPDATE),
    said(5, 'pending_update_applied', items(item('si_1', price('price_team', 5000)))),
  ]),
  'does not hide that the renewal failed': one(premium({ status: 'past_due' }), [
    said(1, 'created'),
    said(3, 'updated', WAITING, { pending_update: null }),
    billed(4, 'payment_failed', 'in_2'),
  ]),
})

const CANCELING = { cancel_at: MONTH, canceled_at: START + 5 }
const MIXED = items(
  item('si_month', price('price_month', 2000)),
  item('si_year', price('price_year', 9000, { recurring: { interval: 'year', interval_count: 1 } }), {
    current_period_end: START + 365 * DAY,
  }),
)

describeCases('the end of a subscription', {
  'at the end of the period is taken back': one(premium({ cancel_at_period_end: false, cancel_at: null }), [
    said(1, 'created'),
    said(5, 'updated', CANCELING, { cancel_at: null, canceled_at: null }),
    said(6, 'updated', {}, CANCELING),
  ]),
  'is asked of Stripe if it was set and taken back in one second': one(premium({ undecided: true }), [
    said(1, 'created'),
    said(5, 'updated', CANCELING, { cancel_at: null, canceled_at: null }),
    stripeEvent('customer.subscription.updated', subscription('sub_1', 'cus_1', user('a')), {
      at: 5,
      id: 'evt_back',
      previous: CANCELING,
    }),
  ]),
  'is at the end of the period by the old flag too': one(premium({ cancel_at_period_end: true }), [
    said(1, 'updated', { cancel_at_period_end: true, cancel_at: MONTH }),
  ]),
  'is judged by the first of several periods': one(
    premium({ cancel_at_period_end: false, price_id: 'price_year', billing_period: 'yearly' }),
    [said(1, 'updated', { ...MIXED, cancel_at: START + 365 * DAY })],
  ),
  'has a time, also where only `ended_at` says it': one(free({ status: 'canceled', canceled_at: expect.any(String) }), [
    said(1, 'created'),
    said(5, 'deleted', { status: 'canceled', canceled_at: null, ended_at: START + 5 }),
  ]),
})

describeCases('the items of a subscription', {
  'are those of the newest snapshot': one(
    premium({ price_id: 'price_team' }, { items: [{ stripe_subscription_item_id: 'si_2', price_id: 'price_team' }] }),
    [
      said(1, 'created', items(item('si_1', price('price_pro', 2000)), item('si_3', price('price_seat', 100)))),
      said(5, 'updated', items(item('si_2', price('price_team', 5000)))),
    ],
  ),
  'are one for a plan of 2017': one(
    premium(
      { price_id: 'gold', quantity: 3, billing_period: 'yearly', collection_method: 'send_invoice' },
      { items: [{ price_id: 'gold', quantity: 3, unit_amount: 9000, interval: 'year' }] },
    ),
    [
      said(1, 'created', {
        ...{ items: undefined, collection_method: undefined, billing: 'send_invoice', quantity: 3 },
        plan: { id: 'gold', amount: 9000, currency: 'usd', interval: 'year', interval_count: 1 },
        current_period_end: START + 365 * DAY,
      }),
    ],
  ),
  'may have quantities and prices of any size': one(
    premium({ quantity: 13_580_246_790 }, { items: [{ quantity: 13_580_246_790, unit_amount: 13_580_246_790 }] }),
    [said(1, 'created', items(item('si_1', price('price_big', 13_580_246_790), { quantity: 13_580_246_790 })))],
  ),
  'may be more than the event carries': one(premium({ items_incomplete: true, undecided: true }), [
    said(1, 'created', { items: { data: [item('si_1', price('price_free', 0))], has_more: true } }),
  ]),
})

const settings = (PREMIUM_PRICES: string) => ({ settings: { PREMIUM_PRICES } })
const catalogue = (at: number, type: string, fields: Json = {}, previous?: Json) =>
  stripeEvent(
    `price.${type}`,
    { ...price('price_pro', 2000), product: 'prod_1', lookup_key: 'pro', active: true, ...fields },
    { at, ...(previous && { previous }) },
  )

describeCases('the role of a subscriber', {
  'is PREMIUM by one paid item beside a free one': one(premium({ gives_premium: true }), [
    said(1, 'created', items(item('si_1', price('price_free', 0)), item('si_2', price('price_seat', 100)))),
  ]),
  'is PREMIUM by a price with tiers': one(premium({ gives_premium: true }), [
    said(1, 'created', items(item('si_1', price('price_tiers', null, { unit_amount_decimal: null })))),
  ]),
  'is PREMIUM by a price of half a cent': one(premium({ gives_premium: true }), [
    said(1, 'created', items(item('si_1', price('price_half', null, { unit_amount_decimal: '0.5' })))),
  ]),
  'is FREE when the plan becomes free': one(free({ is_active: true }), [
    said(1, 'created'),
    said(5, 'updated', items(item('si_1', price('price_free', 0)))),
  ]),
  'is PREMIUM by a free price that the settings name': one(
    premium({ gives_premium: true }),
    [said(1, 'created', items(item('si_1', price('price_free', 0))))],
    settings('price_other, price_free'),
  ),
  'is FREE by a paid price that the settings leave out': one(
    free({ is_active: true, gives_premium: false }),
    [said(1, 'created')],
    settings('price_team'),
  ),
  'is PREMIUM by a product that the settings name': one(
    premium({ gives_premium: true }),
    [said(1, 'created', items(item('si_1', price('price_x', 900, { product: 'prod_pro' }))))],
    settings('prod_pro'),
  ),
  'is PREMIUM by a lookup key in the item': one(
    premium({ gives_premium: true }),
    [said(1, 'created', items(item('si_1', price('price_x', 900, { lookup_key: 'pro' }))))],
    settings('pro'),
  ),
  'is PREMIUM by a lookup key that only the price names': one(
    premium({ gives_premium: true }),
    [catalogue(1, 'created'), said(2, 'created')],
    settings('pro'),
  ),
  'stays PREMIUM when the lookup key is given to a new price': one(
    premium({ gives_premium: true }),
    [catalogue(1, 'created'), said(2, 'created'), catalogue(3, 'updated', { lookup_key: null }, { lookup_key: 'pro' })],
    settings('pro'),
  ),
  'is FREE while past due, if the settings say so': one(
    free({ status: 'past_due', is_active: false }),
    [said(1, 'created'), billed(5, 'payment_failed')],
    { settings: { PAST_DUE_IS_ACTIVE: 'false' } },
  ),
  'is PREMIUM while collection is paused': one(premium({ status: 'active', pause_collection: 'void' }), [
    said(1, 'created'),
    said(5, 'updated', { pause_collection: { behavior: 'void', resumes_at: null } }, { pause_collection: null }),
  ]),
  'is FREE while the subscription is paused': one(free({ status: 'paused', trial_end: expect.any(String) }), [
    said(1, 'created', { status: 'trialing', trial_end: START + 5 }),
    said(5, 'paused', { status: 'paused', trial_end: START + 5 }, { status: 'trialing' }),
  ]),
})
