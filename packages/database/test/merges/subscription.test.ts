import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { subscriptionMerge } from '../../src/merges/subscription.ts'
import { checkout, invoice, subscription } from '../facts.ts'
import { columnsAfter, columnsUnder, itMerges, origin, removableLinks, second, timeOrNull, word } from './merge-laws.ts'

const status = fc.constantFrom('incomplete', 'trialing', 'active', 'past_due', 'unpaid', 'paused', 'canceled', 'new')
const previous = fc.record({ status, quantity: fc.constantFrom(1, 2) }, { requiredKeys: [] })
const snapshots = fc
  .tuple(
    second,
    status,
    fc.record({ ...origin, customerId: word, previous, links: fc.array(removableLinks) }),
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

itMerges('subscription', subscriptionMerge, fc.oneof(snapshots, invoices, checkouts))

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

  test('is active after its paid checkout, until a later snapshot', () => {
    expect(subscriptionAfter(checkout(1))).toMatchObject({ status: 'active', is_active: true })
    expect(subscriptionAfter(checkout(9), subscription(1, 'incomplete'))).toMatchObject({ is_active: true })
    expect(subscriptionAfter(checkout(9), subscription(10, 'incomplete'))).toMatchObject({ is_active: false })
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
