import { describe, expect, test } from '@jest/globals'
import { PREDICTION_STATUSES, type UserLink } from '@sluice/events'
import fc from 'fast-check'
import { customerMerge } from '../../src/merges/customer.ts'
import { paymentMerge } from '../../src/merges/payment.ts'
import { predictionMerge } from '../../src/merges/prediction.ts'
import { subscriptionMerge } from '../../src/merges/subscription.ts'
import { at, checkout, customer, invoice, payment, prediction, subscription } from '../facts.ts'
import {
  columnsAfter,
  columnsUnder,
  itMerges,
  origin,
  second,
  time,
  timeOrNull,
  word,
  wordOrNull,
} from './merge-laws.ts'

const removable = fc.record(
  { userId: wordOrNull, by: fc.constant('own' as const), since: time, isChange: fc.constant(true as const) },
  { requiredKeys: ['userId', 'by'] },
)
const links = fc.oneof(
  removable,
  fc.record({ userId: word, by: fc.constantFrom('client_reference_id' as const, 'metadata' as const) }),
)

const customers = fc
  .record(
    {
      ...origin,
      occurredAt: time,
      contact: fc.record({ email: wordOrNull, deleted: fc.boolean() }),
      preferredLocales: fc.array(fc.constantFrom('de-AT', 'fr', 'ja'), { maxLength: 2 }),
      links: fc.array(links, { maxLength: 2 }),
      isSubscriber: fc.constant(true as const),
    },
    { requiredKeys: ['account', 'livemode', 'occurredAt'] },
  )
  .map(customer)

const status = fc.constantFrom('incomplete', 'trialing', 'active', 'past_due', 'unpaid', 'paused', 'canceled', 'new')
const previous = fc.record({ status, quantity: fc.constantFrom(1, 2) }, { requiredKeys: [] })
const snapshots = fc
  .tuple(
    second,
    status,
    fc.record({ ...origin, customerId: word, previous, links: fc.array(removable) }),
    fc.constantFrom(1, 2),
    fc.boolean(),
  )
  .map(([when, now, changes, quantity, pendingUpdate]) =>
    subscription(when, now, { ...changes, contents: { quantity, pendingUpdate } }),
  )
const billingReason = fc.constantFrom(null, 'subscription_create', 'subscription_cycle', 'subscription_update')
const invoices = fc
  .tuple(
    second,
    fc.constantFrom('paid' as const, 'failed' as const, 'void' as const, 'uncollectible' as const),
    fc.record({ ...origin, customerId: word, invoiceId: word, created: second, billingReason, paidUntil: timeOrNull }),
  )
  .map((made) => invoice(...made))

const checkouts = fc.tuple(second, fc.record({ ...origin, customerId: word })).map((made) => checkout(...made))

const payments = fc
  .record({
    ...origin,
    occurredAt: time,
    status: fc.constantFrom('succeeded' as const, 'failed' as const),
    amount: fc.constantFrom(1, 2),
    currency: fc.constantFrom('usd', 'eur'),
    stripeSubscriptionId: wordOrNull,
    attemptCount: second,
    nextPaymentAttempt: timeOrNull,
  })
  .map(payment)

const predictionStatus = fc.constantFrom(...PREDICTION_STATUSES)
const predictions = fc
  .tuple(
    predictionStatus,
    fc.record({
      output: fc.constantFrom(null, 'a', 'b', 'aa', ['a'], { a: 1, b: 2 }, { b: 2, a: 1 }, 0, false),
      text: wordOrNull,
      error: wordOrNull,
      metrics: fc.constantFrom(null, { predict_time: 1 }, { predict_time: 2 }),
      completedAt: timeOrNull,
    }),
  )
  .map((made) => prediction(...made))

itMerges('customer', customerMerge, customers)
itMerges('subscription', subscriptionMerge, fc.oneof(snapshots, invoices, checkouts))
itMerges('payment', paymentMerge, payments)
itMerges('prediction', predictionMerge, predictions)

const subscriptionAfter = (...facts: Parameters<typeof subscriptionMerge.keyOf>[0][]) =>
  columnsAfter(subscriptionMerge, ...facts)

describe('a subscription', () => {
  const FIRST = { billingReason: 'subscription_create' }

  test('whose first charge failed is not active, with or without its snapshot', () => {
    expect(subscriptionAfter(invoice(1, 'failed', FIRST))).toMatchObject({ status: 'incomplete', is_active: false })
    expect(subscriptionAfter(invoice(1, 'failed', FIRST), subscription(0, 'incomplete'))).toMatchObject({
      status: 'incomplete',
      is_active: false,
    })
  })

  test('becomes active by its paid invoice, before its own snapshot says so', () => {
    expect(subscriptionAfter(subscription(0, 'incomplete'), invoice(1, 'paid', FIRST))).toMatchObject({
      status: 'active',
      is_active: true,
    })
    expect(subscriptionAfter(invoice(1, 'paid', FIRST))).toMatchObject({ status: 'active', is_active: true })
  })

  test('becomes past due by a failed invoice, and active when that one is paid', () => {
    const failed = [subscription(0, 'active'), invoice(5, 'failed')]
    expect(subscriptionAfter(...failed)).toMatchObject({ status: 'past_due', is_active: true })
    expect(subscriptionAfter(...failed, invoice(6, 'paid'))).toMatchObject({ status: 'active', is_active: true })
    expect(subscriptionAfter(...failed, invoice(5, 'paid'))).toMatchObject({ status: 'active', is_active: true })
  })

  test('is not activated by an old invoice that is paid late', () => {
    const old = invoice(9, 'paid', { invoiceId: 'in_old', created: 0 })
    const newest = invoice(6, 'failed', { invoiceId: 'in_new', created: 5 })
    expect(subscriptionAfter(subscription(1, 'active'), newest, old)).toMatchObject({ status: 'past_due' })
  })

  test('stays unpaid or paused when an invoice is paid', () => {
    for (const status of ['unpaid', 'paused'])
      expect(subscriptionAfter(subscription(1, status), invoice(2, 'paid'))).toMatchObject({ status, is_active: false })
  })

  test('has the status of its snapshot where that is as late as the invoice, or later', () => {
    expect(subscriptionAfter(invoice(5, 'failed'), subscription(5, 'active'))).toMatchObject({ status: 'active' })
    expect(subscriptionAfter(invoice(5, 'paid'), subscription(6, 'past_due'))).toMatchObject({ status: 'past_due' })
  })

  test('that ended stays ended', () => {
    for (const ending of ['canceled', 'incomplete_expired'])
      expect(
        subscriptionAfter(
          subscription(3, ending),
          subscription(3, 'active'),
          subscription(9, 'active'),
          invoice(10, 'paid'),
        ),
      ).toMatchObject({ status: ending, is_active: false })
  })

  test('prefers the snapshot that names another of the same second as its past', () => {
    const before = subscription(1, 'past_due')
    const after = subscription(1, 'active', { previous: { status: 'past_due' } })
    expect(subscriptionAfter(before, after)).toMatchObject({ status: 'active' })
    const back = subscription(1, 'past_due', { previous: { status: 'active' }, contents: { quantity: 2 } })
    expect(subscriptionAfter(subscription(1, 'active'), back)).toMatchObject({ status: 'past_due', quantity: 2 })
  })

  test('prefers the more advanced of two snapshots of one second that name no past', () => {
    expect(subscriptionAfter(subscription(1, 'incomplete'), subscription(1, 'active'))).toMatchObject({
      status: 'active',
    })
  })

  test('keeps the columns of one snapshot together', () => {
    const monthly = subscription(1, 'active', { contents: { priceId: 'price_monthly', quantity: 3 } })
    const yearly = subscription(2, 'active', {
      contents: { priceId: 'price_yearly', quantity: null, interval: 'year' },
    })
    expect(subscriptionAfter(monthly, yearly)).toMatchObject({
      price_id: 'price_yearly',
      quantity: null,
      billing_period: 'yearly',
    })
  })

  test('is active after its paid checkout, until its first snapshot', () => {
    expect(subscriptionAfter(checkout(1))).toMatchObject({ status: 'active', is_active: true })
    expect(subscriptionAfter(checkout(9), subscription(1, 'incomplete'))).toMatchObject({ is_active: false })
  })

  test('that was canceled stays canceled when a checkout arrives late', () => {
    expect(subscriptionAfter(subscription(3, 'canceled'), checkout(1), checkout(9))).toMatchObject({
      status: 'canceled',
      is_active: false,
    })
  })

  test('without a snapshot is past due by an invoice that failed after the checkout, and not by one before', () => {
    expect(subscriptionAfter(checkout(1), invoice(2, 'failed'))).toMatchObject({ status: 'past_due' })
    expect(subscriptionAfter(checkout(2), invoice(2, 'failed', FIRST))).toMatchObject({ status: 'active' })
    expect(subscriptionAfter(checkout(1), invoice(2, 'paid'))).toMatchObject({ status: 'active' })
  })

  test('is undecided while snapshots of its last second contradict each other', () => {
    const [one, two] = [1, 2].map((quantity) => subscription(1, 'active', { contents: { quantity } }))
    if (!one || !two) throw new Error('there are two')
    expect(subscriptionAfter(one)).toMatchObject({ undecided: false })
    expect(subscriptionAfter(one, two)).toMatchObject({ undecided: true })
    expect(subscriptionAfter(one, subscription(1, 'canceled'), two)).toMatchObject({ undecided: false })
    expect(subscriptionAfter(one, two, subscription(2, 'active'))).toMatchObject({ undecided: false, quantity: 1 })
  })

  test('is decided where one snapshot names the other as its past, or both are equal', () => {
    const before = subscription(1, 'past_due')
    const after = subscription(1, 'active', { previous: { status: 'past_due' } })
    expect(subscriptionAfter(before, after)).toMatchObject({ undecided: false, status: 'active' })
    const again = subscription(1, 'active', { previous: { quantity: 7 } })
    expect(subscriptionAfter(subscription(1, 'active'), again)).toMatchObject({ undecided: false })
  })

  test('is undecided where two snapshots name each other as their past', () => {
    const up = subscription(1, 'active', { previous: { status: 'past_due' } })
    const down = subscription(1, 'past_due', { previous: { status: 'active' } })
    expect(subscriptionAfter(up, down)).toMatchObject({ undecided: true })
  })

  test('has the billing period of its interval, and twelve months are a year', () => {
    const every = (interval: string | null, intervalCount: number | null) =>
      subscriptionAfter(subscription(1, 'active', { contents: { interval, intervalCount } }))
    expect(every('month', 12)).toMatchObject({ billing_period: 'yearly', interval_count: 12 })
    expect(every('month', 3)).toMatchObject({ billing_period: 'monthly', interval_count: 3 })
    expect(every('week', 1)).toMatchObject({ billing_period: 'weekly' })
    expect(every('fortnight', 1)).toMatchObject({ billing_period: null })
    expect(every(null, null)).toMatchObject({ billing_period: null })
  })

  test('is active while past due only if the setting says so', () => {
    const facts = [subscription(0, 'active'), invoice(5, 'failed')]
    expect(columnsUnder({ pastDueIsActive: false }, subscriptionMerge, ...facts)).toMatchObject({
      status: 'past_due',
      is_active: false,
    })
  })
})

describe('a prediction', () => {
  const after = (...facts: ReturnType<typeof prediction>[]) => columnsAfter(predictionMerge, ...facts)

  test('never goes back', () => {
    expect(
      after(prediction('succeeded', { output: 'done' }), prediction('processing'), prediction('starting')),
    ).toMatchObject({ status: 'succeeded', output: 'done' })
  })

  test('keeps the earlier of two endings that contradict each other', () => {
    const succeeded = prediction('succeeded', { completedAt: at(1), output: 'done' })
    expect(after(succeeded, prediction('canceled', { completedAt: at(2) }))).toMatchObject({
      status: 'succeeded',
      completed_at: at(1).toISOString(),
    })
    expect(after(succeeded, prediction('canceled', { completedAt: at(0) }))).toMatchObject({ status: 'canceled' })
  })

  test('keeps its output when a later body comes without', () => {
    const removed = prediction('succeeded', { completedAt: at(1), output: null })
    expect(after(prediction('succeeded', { completedAt: at(1), output: ['a', 'b'] }), removed)).toMatchObject({
      output: ['a', 'b'],
    })
  })

  test('has an output that only grows', () => {
    const parts = ['A', 'A sl', 'A sluice'].map((output) => prediction('processing', { output }))
    expect(after(...parts)).toMatchObject({ status: 'processing', output: 'A sluice' })
    expect(after(...parts, prediction('succeeded', { output: 'A lock' }))).toMatchObject({ output: 'A lock' })
  })
})

describe('a customer', () => {
  const after = (...facts: ReturnType<typeof customer>[]) => columnsAfter(customerMerge, ...facts)

  const named = (second: number, links: UserLink[]) => customer({ links, occurredAt: at(second) })

  test('is linked by its own metadata, then by client_reference_id, then by other metadata', () => {
    const facts = [
      named(9, [{ by: 'metadata', userId: 'other' }]),
      named(5, [{ by: 'client_reference_id', userId: 'checkout' }]),
      named(1, [{ by: 'own', userId: 'own' }]),
    ]
    expect(after(...facts)).toMatchObject({ link_user_id: 'own', link_user_ids: ['own', 'checkout', 'other'] })
  })

  test('is linked by the newest of one kind, and by the greatest user id of one second', () => {
    const facts = [1, 3, 2].map((second) => named(second, [{ by: 'metadata', userId: `user_${second}` }]))
    expect(after(...facts)).toMatchObject({ link_user_ids: ['user_3', 'user_2', 'user_1'] })
    const same = ['a', 'b'].map((userId) => named(1, [{ by: 'metadata', userId }]))
    expect(after(...same)).toMatchObject({ link_user_ids: ['b', 'a'] })
    const back = [1, 2, 3].map((second) => named(second, [{ by: 'own', userId: second === 2 ? 'b' : 'a' }]))
    expect(after(...back)).toMatchObject({ link_user_ids: ['a', 'b'] })
  })

  test('that is changed within a second has the changed link', () => {
    const created = named(1, [{ by: 'own', userId: 'z' }])
    const updated = named(1, [{ by: 'own', userId: 'a', isChange: true }])
    expect(after(created, updated)).toMatchObject({ link_user_ids: ['a', 'z'] })
  })

  test('forgets earlier own links that an event removed, but not that they existed', () => {
    const removed = named(2, [{ by: 'own', userId: null, isChange: true }])
    const first = [named(1, [{ by: 'own', userId: 'a' }]), removed]
    expect(after(...first)).toMatchObject({ link_user_ids: [], own_user_ids: ['a'] })
    expect(after(...first, named(3, [{ by: 'own', userId: 'b' }]))).toMatchObject({
      link_user_ids: ['b'],
      own_user_ids: ['b', 'a'],
    })
  })

  test('keeps the first and the latest of very many references', () => {
    const facts = Array.from({ length: 200 }, (_, index) =>
      named(index, [{ by: 'client_reference_id', userId: `order_${index}` }]),
    )
    const registers = facts.map((fact) => customerMerge.registersOf(fact)).reduce((a, b) => customerMerge.join(a, b))
    const { link_user_ids: ids } = customerMerge.columnsOf(registers, { pastDueIsActive: true })
    expect(ids).toHaveLength(64)
    expect(ids).toEqual(expect.arrayContaining(['order_0', 'order_31', 'order_168', 'order_199']))
  })

  test('keeps the link of a row that an earlier version wrote', () => {
    const earlier = {
      livemode: false,
      link: { userId: 'a', by: 'client_reference_id' as const, occurredAt: at(1).toISOString() },
    }
    const joined = customerMerge.join(earlier, customerMerge.registersOf(named(2, [{ by: 'metadata', userId: 'b' }])))
    expect(customerMerge.columnsOf(joined, { pastDueIsActive: true })).toMatchObject({ link_user_ids: ['a', 'b'] })
  })

  test('that was deleted stays deleted, and has the newest contact data', () => {
    const contact = (email: string, deleted: boolean, second: number) =>
      customer({ contact: { email, deleted }, occurredAt: at(second) })
    expect(after(contact('old@example.com', false, 0), contact('new@example.com', false, 1))).toMatchObject({
      email: 'new@example.com',
    })
    expect(after(contact('gone@example.com', true, 0), contact('new@example.com', false, 1))).toMatchObject({
      deleted: true,
    })
  })
})

test('a customer keeps the newest languages, also when later facts name none', () => {
  const facts = [
    customer({ preferredLocales: ['fr'], occurredAt: at(0) }),
    customer({ preferredLocales: ['de-AT', 'en'], occurredAt: at(1) }),
    customer({ contact: { email: 'new@example.com', deleted: false }, occurredAt: at(2) }),
  ]
  expect(columnsAfter(customerMerge, ...facts)).toMatchObject({ preferred_locales: 'de-AT,en' })
  const none = customer({ preferredLocales: [], occurredAt: at(3) })
  expect(columnsAfter(customerMerge, ...facts, none)).toMatchObject({ preferred_locales: null })
})

describe('a payment', () => {
  test('has the contents of its earliest fact and the highest attempt count', () => {
    const first = payment({ occurredAt: at(0), amount: 100, attemptCount: 1, nextPaymentAttempt: at(9) })
    const second = payment({ occurredAt: at(1), amount: 999, attemptCount: 3, nextPaymentAttempt: at(5) })
    expect(columnsAfter(paymentMerge, first, second)).toMatchObject({
      amount: 100,
      attempt_count: 3,
      next_payment_attempt: at(9).toISOString(),
    })
  })
})
