import { describe, expect, test } from '@jest/globals'
import { joinSubscription, type SubscriptionRegisters, subscriptionMerge } from '../../src/merges/subscription.ts'
import { at, checkout, invoice, subscription } from '../facts.ts'
import { columnsAfter } from './merge-laws.ts'

type Facts = Parameters<typeof subscriptionMerge.keyOf>[0]

/** In every order. */
const after = (...facts: Facts[]) => columnsAfter(subscriptionMerge, ...facts)

const DAY = 86_400
const iso = (second: number) => at(second).toISOString()

describe('a subscription of which no snapshot is known', () => {
  test('is active by a paid invoice until the end of the period that was paid for', () => {
    expect(after(invoice(1, 'paid', { paidUntil: at(30 * DAY) }))).toMatchObject({
      status: 'active',
      is_active: true,
      access_until: iso(30 * DAY),
      undecided: true,
    })
  })

  test('is not active by an invoice that was paid when its period was over', () => {
    expect(after(invoice(31 * DAY, 'paid', { paidUntil: at(30 * DAY) }))).toMatchObject({ is_active: false })
  })

  test('is active for three days if the period is not known', () => {
    expect(after(invoice(1, 'paid', { paidUntil: null }))).toMatchObject({
      is_active: true,
      access_until: iso(1 + 3 * DAY),
    })
  })

  test('is active for three days after its checkout, longer only by an invoice', () => {
    expect(after(checkout(1))).toMatchObject({ is_active: true, access_until: iso(1 + 3 * DAY) })
    const month = invoice(2, 'paid', { paidUntil: at(30 * DAY) })
    expect(after(checkout(1), month)).toMatchObject({ is_active: true, access_until: iso(30 * DAY) })
    const day = invoice(2, 'paid', { paidUntil: at(DAY) })
    expect(after(checkout(1), day)).toMatchObject({ is_active: true, access_until: iso(1 + 3 * DAY) })
  })

  test.each(['subscription_create', 'subscription_cycle', null])(
    'is not active by a failed payment, whatever its reason: %s',
    (billingReason) => {
      expect(after(invoice(1, 'failed', { billingReason }))).toMatchObject({
        is_active: false,
        access_until: null,
        undecided: true,
      })
    },
  )

  test('is not active by a payment that failed after the checkout', () => {
    expect(after(checkout(1), invoice(2, 'failed'))).toMatchObject({ is_active: false })
  })

  test('is active by the invoice before, if the latest is void', () => {
    const paid = invoice(1, 'paid', { invoiceId: 'in_a', created: 0 })
    const failed = invoice(5, 'failed', { invoiceId: 'in_b', created: 4 })
    const voided = invoice(6, 'void', { invoiceId: 'in_b', created: 4 })
    expect(after(paid, failed)).toMatchObject({ status: 'past_due' })
    expect(after(paid, failed, voided)).toMatchObject({ status: 'active', is_active: true })
  })

  test('stays active until the end of the period that was paid for, if the next payment fails before', () => {
    const paid = invoice(1, 'paid', { invoiceId: 'in_a', created: 0, paidUntil: at(30 * DAY) })
    const failed = invoice(5, 'failed', { invoiceId: 'in_b', created: 4 })
    const wanted = { status: 'past_due', is_active: true, access_until: iso(30 * DAY) }
    expect(after(paid, failed)).toMatchObject(wanted)
    expect(after(paid, failed, checkout(2))).toMatchObject(wanted)
  })

  test('is not active by a void invoice', () => {
    expect(after(invoice(1, 'void'))).toMatchObject({ is_active: false, access_until: null })
  })

  test('gets the columns of its snapshot, and access that does not end by itself', () => {
    expect(after(invoice(1, 'paid'), subscription(2, 'active'))).toMatchObject({
      is_active: true,
      access_until: null,
      undecided: false,
    })
    expect(after(invoice(1, 'paid'), subscription(2, 'canceled'))).toMatchObject({ is_active: false })
  })
})

describe('a subscription whose first payment was due', () => {
  const incomplete = subscription(1, 'incomplete')

  test.each([1, 2])('is active by its payment, and by its Checkout, in second %s', (second) => {
    expect(after(incomplete, invoice(second, 'paid'))).toMatchObject({ status: 'active', is_active: true })
    expect(after(incomplete, checkout(second))).toMatchObject({ status: 'active', is_active: true })
  })

  test('is not active by a payment or a Checkout from before, or by one that failed', () => {
    const later = subscription(3, 'incomplete')
    for (const fact of [invoice(2, 'paid'), checkout(2), invoice(4, 'failed')])
      expect(after(later, fact)).toMatchObject({ status: 'incomplete', is_active: false })
    expect(after(incomplete, checkout(2), invoice(3, 'failed'))).toMatchObject({ is_active: false })
    expect(after(subscription(1, 'incomplete_expired'), checkout(2))).toMatchObject({ is_active: false })
  })

  test.each([1, 2])('never loses access again that a payment in second %s gave, in every order', (second) => {
    const active = subscription(second, 'active', { previous: { status: 'incomplete' } })
    const events: Facts[] = [incomplete, invoice(second, 'paid'), checkout(second), active]
    for (const order of permutationsOf(events)) {
      const access = order.map((_, last) => after(...order.slice(0, last + 1))['is_active'])
      expect(access).toEqual([...access].sort())
    }
  })
})

const permutationsOf = <T>(all: T[]): T[][] =>
  all.length < 2 ? [all] : all.flatMap((one, at) => permutationsOf(all.toSpliced(at, 1)).map((rest) => [one, ...rest]))

test('an outcome of the second of a snapshot of any other status does not count', () => {
  expect(after(subscription(5, 'past_due'), invoice(5, 'paid'))).toMatchObject({ status: 'past_due' })
  expect(after(subscription(5, 'active'), invoice(5, 'failed'))).toMatchObject({ status: 'active' })
})

describe('a void invoice', () => {
  test('no longer makes the subscription past due, in every order', () => {
    const facts = [subscription(1, 'active'), invoice(5, 'failed'), invoice(6, 'void')]
    expect(after(...facts.slice(0, 2))).toMatchObject({ status: 'past_due' })
    expect(after(...facts)).toMatchObject({ status: 'active' })
  })

  test('leaves the failure of an earlier invoice', () => {
    const failed = invoice(5, 'failed', { invoiceId: 'in_a', created: 1 })
    const [later, voided] = (['failed', 'void'] as const).map((outcome) =>
      invoice(7, outcome, { invoiceId: 'in_b', created: 6 }),
    )
    expect(after(subscription(1, 'active'), failed, later as Facts, voided as Facts)).toMatchObject({
      status: 'past_due',
    })
  })

  test('cannot undo a payment', () => {
    expect(after(subscription(1, 'past_due'), invoice(5, 'paid'), invoice(6, 'void'))).toMatchObject({
      status: 'active',
    })
  })
})

describe('an invoice that is written off', () => {
  const writtenOff = (second: number, invoiceId = 'in_a', created = 4) =>
    invoice(second, 'uncollectible', { invoiceId, created })

  test('ends past due, of the snapshot or of its own failure', () => {
    expect(after(subscription(1, 'past_due'), writtenOff(6))).toMatchObject({ status: 'active' })
    const failed = [5, 7].map((second) => invoice(second, 'failed', { invoiceId: 'in_a', created: 4 }))
    expect(after(subscription(1, 'active'), ...failed, writtenOff(6))).toMatchObject({ status: 'active' })
  })

  test.each(['incomplete', 'unpaid', 'paused', 'trialing', 'canceled'])('leaves a subscription %s', (status) => {
    expect(after(subscription(1, status), writtenOff(6))).toMatchObject({ status })
  })

  test('leaves the failure of a later invoice', () => {
    const failed = invoice(5, 'failed', { invoiceId: 'in_b', created: 5 })
    expect(after(subscription(1, 'active'), writtenOff(6), failed)).toMatchObject({ status: 'past_due' })
  })

  test('gives no access to a subscription of which no snapshot is known', () => {
    expect(after(writtenOff(6))).toMatchObject({ is_active: false, access_until: null })
  })
})

describe('a pending update', () => {
  const waiting = subscription(2, 'active', { contents: { pendingUpdate: true } })

  test('leaves the subscription active if its payment fails', () => {
    const failed = invoice(3, 'failed', { billingReason: 'subscription_update' })
    expect(after(subscription(1, 'active'), waiting, failed)).toMatchObject({ status: 'active' })
    expect(after(subscription(1, 'active'), failed)).toMatchObject({ status: 'past_due' })
  })

  test('does not hide that a renewal failed', () => {
    expect(after(waiting, invoice(3, 'failed', { billingReason: 'subscription_cycle' }))).toMatchObject({
      status: 'past_due',
    })
  })
})

describe('registers of an earlier version', () => {
  const FORMER = { created: iso(0), invoiceId: 'in_1', occurredAt: iso(5), billingReason: 'subscription_cycle' }
  const columnsOf = (stored: SubscriptionRegisters) =>
    subscriptionMerge.columnsOf(joinSubscription(stored, stored), { pastDueIsActive: true })
  const snapshotOf = (second: number, status: string) => {
    const { snapshot } = subscriptionMerge.registersOf(subscription(second, status))
    const [candidate] = snapshot?.candidates ?? []
    const { priceId, quantity, interval, intervalCount, currentPeriodEnd, cancelAtPeriodEnd, canceledAt } =
      candidate?.contents ?? {}
    const contents = {
      status,
      priceId,
      quantity,
      interval,
      intervalCount,
      currentPeriodEnd,
      cancelAtPeriodEnd,
      canceledAt,
    }
    return { ...snapshot, candidates: [{ ...candidate, contents }] } as NonNullable<SubscriptionRegisters['snapshot']>
  }

  test('keep the outcome of their invoice', () => {
    const stored = { customerId: 'cus_1', snapshot: snapshotOf(1, 'active'), invoice: { ...FORMER, paid: false } }
    expect(columnsOf(stored)).toMatchObject({ status: 'past_due', price_id: 'price_monthly' })
    expect(joinSubscription(stored, stored)).not.toHaveProperty('invoice')
  })

  test('forget the outcome of a manual invoice', () => {
    const invoice = { ...FORMER, paid: false, billingReason: 'manual' }
    expect(columnsOf({ customerId: 'cus_1', snapshot: snapshotOf(1, 'active'), invoice })).toMatchObject({
      status: 'active',
    })
  })

  test('give PREMIUM, because their prices are unknown, and have null in new columns', () => {
    expect(columnsOf({ customerId: 'cus_1', snapshot: snapshotOf(1, 'active') })).toMatchObject({
      gives_premium: true,
      cancel_at: null,
      trial_end: null,
      pause_collection: null,
      collection_method: null,
      items_incomplete: false,
    })
  })

  test('merge with a snapshot of the same second that names them as its past', () => {
    const next = subscriptionMerge.registersOf(
      subscription(1, 'past_due', { previous: { status: 'active', cancelAt: null } }),
    )
    expect(columnsOf(joinSubscription({ livemode: false, snapshot: snapshotOf(1, 'active') }, next))).toMatchObject({
      status: 'past_due',
      undecided: false,
    })
  })
})
