import { describe, expect, test } from '@jest/globals'
import { factOf, factsOf, MONDAY, SECOND, stripe } from '../received.ts'

const CREATED = SECOND - 60

const common = {
  id: 'in_1',
  customer: 'cus_1',
  billing_reason: 'subscription_cycle',
  amount_paid: 1900,
  amount_due: 1900,
  currency: 'usd',
  attempt_count: 1,
  next_payment_attempt: null,
}

const newShape = {
  ...common,
  status: 'paid',
  created: CREATED,
  parent: { subscription_details: { subscription: 'sub_1', metadata: { user_id: 'user-1' } } },
}

const oldShape = {
  ...common,
  paid: true,
  date: CREATED,
  subscription: 'sub_1',
  subscription_details: { metadata: { user_id: 'user-1' } },
}

const open = { status: 'open', paid: false, amount_paid: 0, attempt_count: 2, next_payment_attempt: SECOND + 86_400 }

const paid = (fields: object = {}) => stripe('invoice.paid', { ...newShape, ...fields })
const failed = (fields: object = {}) => stripe('invoice.payment_failed', { ...newShape, ...open, ...fields })

describe('a paid invoice', () => {
  test.each([
    ['invoice.paid', newShape],
    ['invoice.paid', oldShape],
    ['invoice.paid', { ...oldShape, ...newShape }],
    ['invoice.payment_succeeded', newShape],
    ['invoice.payment_succeeded', oldShape],
  ])('is one payment, told by %s in any shape', (type, object) => {
    const origin = { account: null, livemode: false, occurredAt: MONDAY }
    expect(factsOf(stripe(type, object))).toEqual([
      { ...origin, kind: 'customer', customerId: 'cus_1', link: { userId: 'user-1', by: 'metadata' } },
      {
        ...origin,
        kind: 'invoiceOutcome',
        subscriptionId: 'sub_1',
        customerId: 'cus_1',
        invoiceId: 'in_1',
        invoiceCreated: new Date(CREATED * 1000),
        outcome: 'paid',
        billingReason: 'subscription_cycle',
      },
      {
        ...origin,
        kind: 'payment',
        paymentId: 'in_1',
        status: 'succeeded',
        stripeInvoiceId: 'in_1',
        stripeSubscriptionId: 'sub_1',
        stripeCustomerId: 'cus_1',
        amount: 1900,
        currency: 'usd',
        attemptCount: 1,
        nextPaymentAttempt: null,
      },
      {
        kind: 'ledgerEntry',
        entryKey: 'payment:in_1',
        paymentId: 'in_1',
        debit: 'cash',
        credit: 'revenue',
        amount: 1900,
        currency: 'usd',
      },
    ])
  })

  test('of nothing, as for a trial, is a payment that moves no money', () => {
    const facts = factsOf(paid({ amount_paid: 0, amount_due: 0 }))
    expect(facts.map((fact) => fact.kind)).toEqual(['customer', 'invoiceOutcome', 'payment'])
  })

  test('of no subscription is a payment alone', () => {
    expect(factOf(paid({ parent: null }), 'invoiceOutcome')).toBeUndefined()
    expect(factOf(paid({ parent: null }), 'payment')).toMatchObject({ stripeSubscriptionId: null })
  })

  test('without a customer is still booked', () => {
    const facts = factsOf(paid({ customer: null, parent: null }))
    expect(facts.map((fact) => fact.kind)).toEqual(['payment', 'ledgerEntry'])
  })

  test('is paid because the event says so, also when its body was rendered earlier', () => {
    expect(factOf(paid({ status: 'open' }), 'invoiceOutcome')?.outcome).toBe('paid')
  })

  test('reads ids also where objects were expanded', () => {
    const payment = factOf(paid({ customer: { id: 'cus_2', email: 'ada@example.com' } }), 'payment')
    expect(payment?.stripeCustomerId).toBe('cus_2')
  })

  test('that is no invoice is refused by the names of fields alone', () => {
    const event = stripe('invoice.paid', { id: 'in_1', amount_due: '12', currency: null })
    expect(() => factsOf(event)).toThrow(
      expect.objectContaining({
        code: 'invalid_object',
        message: 'invoice: amount_due is not of type number; currency is not of type string',
      }),
    )
  })
})

describe('a failed charge of an invoice', () => {
  test('is a payment of its own for each attempt, and moves no money', () => {
    expect(factOf(failed(), 'payment')).toMatchObject({
      paymentId: 'in_1:failed:2',
      status: 'failed',
      stripeInvoiceId: 'in_1',
      amount: 1900,
      attemptCount: 2,
      nextPaymentAttempt: new Date((SECOND + 86_400) * 1000),
    })
    expect(factOf(failed(), 'ledgerEntry')).toBeUndefined()
    expect(factOf(failed(), 'invoiceOutcome')).toMatchObject({ invoiceId: 'in_1', outcome: 'failed' })
  })

  test.each([
    ['paid', { status: 'paid' }],
    ['paid, in the old shape', { status: undefined, paid: true }],
    ['void', { status: 'void' }],
  ])('says nothing of the charge when the invoice is %s by now', (_case, fields) => {
    expect(factsOf(failed(fields)).map((fact) => fact.kind)).toEqual(['customer'])
  })
})
