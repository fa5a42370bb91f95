import { describe, expect, test } from '@jest/globals'
import type { PaymentReferenceFact } from '@sluice/events'
import fc from 'fast-check'
import { paymentsOf } from '../../src/commit/derive-payments.ts'
import { checkoutSessionMerge } from '../../src/merges/checkout-session.ts'
import { connectedAccountMerge } from '../../src/merges/connected-account.ts'
import { invoiceMerge } from '../../src/merges/invoice.ts'
import { type PaymentRegisters, paymentMerge } from '../../src/merges/payment.ts'
import { paymentMethodMerge } from '../../src/merges/payment-method.ts'
import { paymentReferenceMerge } from '../../src/merges/payment-reference.ts'
import { connectedAccount, invoiceSaid, paymentMethod, reference, session } from '../facts.ts'
import { columnsAfter, itMerges, origin, second, time, word, wordOrNull } from './merge-laws.ts'

const owners = { ...origin, customerId: wordOrNull, subscriptionId: wordOrNull }
const INVOICE_STATUSES = ['draft', 'open', 'uncollectible', 'paid', 'void', 'deleted', 'new']

itMerges(
  'invoice',
  invoiceMerge,
  fc
    .tuple(
      second,
      fc.record({
        ...owners,
        contents: fc.record({ status: fc.constantFrom(...INVOICE_STATUSES), number: wordOrNull, attemptCount: second }),
      }),
    )
    .map((said) => invoiceSaid(...said)),
)

itMerges(
  'checkout session',
  checkoutSessionMerge,
  fc
    .tuple(
      second,
      fc.record({
        ...owners,
        contents: fc.record({
          status: fc.constantFrom(null, 'open', 'complete', 'expired'),
          paymentStatus: fc.constantFrom(null, 'unpaid', 'paid', 'no_payment_required'),
          customerEmail: wordOrNull,
        }),
      }),
    )
    .map((said) => session(...said)),
)

const links = fc.array(fc.record({ userId: word, by: fc.constantFrom('client_reference_id', 'metadata') }), {
  maxLength: 2,
})
/** A session keeps its price and its buyer, but its events differ in their time, and in what they leave out. */
const claim = fc
  .record({ isPaid: fc.boolean(), links }, { requiredKeys: ['isPaid'] })
  .map((fact) => ({ sessionId: 'cs_1', customerId: 'cus_1', amountTotal: 2, amountTax: 1, currency: 'usd', ...fact }))
  .map((fact) => ({ createsInvoice: false, ...fact }))
const received = fc
  .record({ amount: fc.integer({ min: 1, max: 9 }), links }, { requiredKeys: ['amount'] })
  .map((fact) => ({ customerId: 'cus_1', currency: 'usd', ...fact }))
const references = fc
  .record(
    {
      ...origin,
      occurredAt: time,
      succeeded: fc.boolean(),
      amountRefunded: second,
      session: claim,
      received,
      imported: fc.constant(true),
    },
    { requiredKeys: ['account', 'livemode', 'occurredAt'] },
  )
  .map((fact) => fact as Partial<PaymentReferenceFact>)

itMerges(
  'payment reference',
  paymentReferenceMerge,
  fc.tuple(wordOrNull, references).map(([invoiceId, fact]) => reference('pi_1', invoiceId, fact)),
)

/** The registers of the payment that is derived after each of the events, joined as the row joins them. */
function paymentAfter(facts: PaymentReferenceFact[]): PaymentRegisters | null {
  const registers = facts.map((fact) => paymentReferenceMerge.registersOf(fact))
  return registers
    .map((_, index) => registers.slice(0, index + 1).reduce((a, b) => paymentReferenceMerge.join(a, b)))
    .flatMap((after) => paymentsOf({ reference: 'pi_1', registers: after, webhookEventId: '1' }))
    .map((payment) => paymentMerge.registersOf(payment))
    .reduce<PaymentRegisters | null>((a, b) => (a ? paymentMerge.join(a, b) : b), null)
}

/** A payment keeps what it was given after each event of its intent, so a later event must not withdraw any of it. */
test.each([{}, { bookedAs: 'pi_1' }])('the payment of an intent is the same in every order: %j', (booked) => {
  const orders = fc
    .array(references, { minLength: 1, maxLength: 4 })
    .map((some) => some.map((fact) => reference('pi_1', null, { ...fact, ...booked })))
    .chain((facts) => fc.tuple(fc.constant(facts), fc.shuffledSubarray(facts, { minLength: facts.length })))
  fc.assert(
    fc.property(orders, ([facts, others]) => expect(paymentAfter(others)).toEqual(paymentAfter(facts))),
    { numRuns: 1_000 },
  )
})

itMerges(
  'payment method',
  paymentMethodMerge,
  fc
    .tuple(
      second,
      fc.record({
        ...origin,
        customerId: wordOrNull,
        card: fc.constantFrom(null, { brand: 'visa', last4: null, expMonth: null, expYear: 2030 }),
        detached: fc.boolean(),
      }),
    )
    .map((said) => paymentMethod(...said)),
)

itMerges(
  'connected account',
  connectedAccountMerge,
  fc.tuple(second, fc.boolean(), fc.boolean()).map((said) => connectedAccount(...said)),
)

describe('an invoice', () => {
  const after = (...said: [number, string][]) =>
    columnsAfter(invoiceMerge, ...said.map(([when, status]) => invoiceSaid(when, { contents: { status } })))

  test('only moves forward', () => {
    expect(after([5, 'draft'], [1, 'open'])).toMatchObject({ status: 'open' })
    expect(after([5, 'open'], [1, 'uncollectible'])).toMatchObject({ status: 'uncollectible' })
    for (const ending of ['paid', 'void', 'deleted'])
      expect(after([5, 'uncollectible'], [1, ending], [6, 'open'])).toMatchObject({ status: ending })
  })

  test('may still be paid when it was uncollectible', () => {
    expect(after([1, 'uncollectible'], [2, 'paid'])).toMatchObject({ status: 'paid' })
  })

  test('with an unknown status ranks as open', () => {
    expect(after([1, 'open'], [2, 'scheduled'])).toMatchObject({ status: 'scheduled' })
    expect(after([1, 'paid'], [2, 'scheduled'])).toMatchObject({ status: 'paid' })
  })

  test('has the higher attempt count of two facts of one second', () => {
    const attempt = (attemptCount: number) => invoiceSaid(1, { contents: { attemptCount } })
    expect(columnsAfter(invoiceMerge, attempt(1), attempt(2), attempt(0))).toMatchObject({ attempt_count: 2 })
  })

  test('keeps the columns of one event together, and its customer and subscription', () => {
    const early = invoiceSaid(1, { contents: { number: 'A-1', amountDue: 5 }, livemode: null, account: 'acct_1' })
    const late = invoiceSaid(2, {
      contents: { number: null, amountDue: 6 },
      customerId: null,
      account: 'acct_1',
      livemode: true,
    })
    expect(columnsAfter(invoiceMerge, early, late)).toMatchObject({
      ...{ number: null, amount_due: 6 },
      ...{ stripe_customer_id: 'cus_1', stripe_subscription_id: 'sub_1', account: 'acct_1', livemode: true },
    })
  })
})

describe('a checkout session', () => {
  const said = (when: number, status: string, paymentStatus: string) =>
    session(when, { contents: { status, paymentStatus } })

  test('that is paid stays paid, and one that has ended stays ended', () => {
    expect(
      columnsAfter(
        checkoutSessionMerge,
        said(1, 'complete', 'paid'),
        said(2, 'complete', 'unpaid'),
        said(3, 'open', 'unpaid'),
      ),
    ).toMatchObject({ status: 'complete', payment_status: 'paid' })
    expect(
      columnsAfter(checkoutSessionMerge, said(1, 'expired', 'no_payment_required'), said(2, 'open', 'unpaid')),
    ).toMatchObject({ status: 'expired', payment_status: 'no_payment_required' })
  })

  test('may be complete long before it is paid', () => {
    expect(
      columnsAfter(checkoutSessionMerge, said(1, 'complete', 'unpaid'), said(5, 'complete', 'paid')),
    ).toMatchObject({ status: 'complete', payment_status: 'paid' })
  })
})

test('knowledge of a payment reference only grows', () => {
  expect(
    columnsAfter(
      paymentReferenceMerge,
      reference('pi_1', 'in_1', { account: 'acct_1' }),
      reference('pi_1', null, { succeeded: true, amountRefunded: 5, account: 'acct_1' }),
      reference('pi_1', null, { succeeded: false, amountRefunded: 2, account: 'acct_1' }),
    ),
  ).toEqual({
    payment_id: 'in_1',
    succeeded: true,
    amount_refunded: 5,
    account: 'acct_1',
    livemode: false,
    sells_credits: false,
    unclaimed: false,
    email: null,
  })
})

test('a payment method that was detached stays detached, and keeps its customer', () => {
  expect(
    columnsAfter(
      paymentMethodMerge,
      paymentMethod(1),
      paymentMethod(2, { detached: true, customerId: null, type: 'link', card: null }),
      paymentMethod(3),
    ),
  ).toMatchObject({ detached: true, stripe_customer_id: 'cus_1', type: 'link', brand: null, last4: null })
})

test('a connected account may disconnect, and connect again', () => {
  expect(columnsAfter(connectedAccountMerge, connectedAccount(1, false), connectedAccount(2, true))).toEqual({
    deauthorized: true,
    livemode: true,
  })
  expect(columnsAfter(connectedAccountMerge, connectedAccount(1, true), connectedAccount(2, false))).toMatchObject({
    deauthorized: false,
  })
  expect(columnsAfter(connectedAccountMerge, connectedAccount(1, true), connectedAccount(1, false))).toMatchObject({
    deauthorized: true,
  })
})
