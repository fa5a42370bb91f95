import { describe, expect, test } from '@jest/globals'
import { DAY, invoice, oldInvoice } from '../../src/samples/stripe-objects.ts'
import { effectsOf, factOf, factsOf, keysOf, MONDAY, SECOND, stripe } from '../received.ts'

const paid = (fields: Record<string, unknown> = {}) => stripe('invoice.paid', invoice(fields))
const kinds = (fields: Record<string, unknown>) => factsOf(paid(fields)).map(({ kind }) => kind)

const origin = { account: null, livemode: false, occurredAt: MONDAY }
const both = { ...oldInvoice(), ...invoice() }

describe('a paid invoice', () => {
  test.each([
    ['invoice.paid', 'new', invoice()],
    ['invoice.paid', 'old', oldInvoice()],
    ['invoice.paid', 'old, rendered late, with both', both],
    ['invoice.payment_succeeded', 'new', invoice()],
    ['invoice.payment_succeeded', 'old', oldInvoice()],
  ])('is one payment when reported by %s, in its %s shape', (type, _shape, object) => {
    const event = stripe(type, object)
    expect(factOf(event, 'customer')).toEqual({
      ...origin,
      kind: 'customer',
      customerId: 'cus_1',
      links: [{ userId: 'user-1', by: 'metadata', since: new Date('2026-11-16T09:59:00Z') }],
    })
    expect(factOf(event, 'invoiceOutcome')).toEqual({
      ...origin,
      kind: 'invoiceOutcome',
      subscriptionId: 'sub_1',
      customerId: 'cus_1',
      invoiceId: 'in_1',
      invoiceCreated: new Date((SECOND - 60) * 1000),
      outcome: 'paid',
      billingReason: 'subscription_cycle',
      paidUntil: new Date((SECOND + 30 * DAY) * 1000),
      links: [{ userId: 'user-1', by: 'own', since: new Date('2026-11-16T09:59:00Z') }],
    })
    expect(factOf(event, 'payment')).toEqual({
      ...origin,
      kind: 'payment',
      paymentId: 'in_1',
      status: 'succeeded',
      stripeInvoiceId: 'in_1',
      stripeSubscriptionId: 'sub_1',
      stripeCustomerId: 'cus_1',
      currency: 'usd',
      money: { amount: 1900, external: 0, total: 1900, tax: 303 },
      precedence: 1,
      attemptCount: 1,
      nextPaymentAttempt: null,
    })
    expect(effectsOf(event)).toEqual([
      { key: 'receipt:in_1:test', kind: 'receipt', payload: { paymentId: 'in_1' }, waitSeconds: 3 },
      { key: 'invoice:in_1:test', kind: 'invoice', payload: { paymentId: 'in_1' }, waitSeconds: 3 },
    ])
  })

  test('of zero, as in a trial, is a payment that moves no money and has no receipt', () => {
    const nothing = { amount_paid: 0, amount_due: 0 }
    expect(kinds(nothing)).toEqual(['customer', 'invoiceOutcome', 'invoice', 'payment'])
    expect(effectsOf(paid(nothing))).toEqual([])
  })

  test('without a subscription is a payment and changes no subscription', () => {
    expect(factOf(paid({ parent: null }), 'invoiceOutcome')).toBeUndefined()
    expect(factOf(paid({ parent: null }), 'payment')).toMatchObject({ stripeSubscriptionId: null })
    expect(keysOf(paid({ parent: null }))).toEqual(['receipt:in_1:test', 'invoice:in_1:test'])
  })

  test('without a customer is still booked', () => {
    expect(kinds({ customer: null, parent: null })).toEqual(['invoice', 'payment'])
    expect(kinds({ customer: null })).toEqual(['invoice', 'payment'])
  })

  test('is paid by the type of its event, even if its body was rendered earlier', () => {
    const event = paid({ status: 'open' })
    expect(factOf(event, 'invoiceOutcome')?.outcome).toBe('paid')
    expect(factOf(event, 'invoice')?.contents.status).toBe('paid')
  })

  test('without an amount paid was paid in full', () => {
    const event = stripe('invoice.paid', oldInvoice({ amount_paid: undefined, attempt_count: undefined }))
    expect(factOf(event, 'payment')).toMatchObject({ money: { amount: 1900 }, attemptCount: 0 })
  })

  test('without a time has the time of its event', () => {
    expect(factOf(paid({ created: undefined }), 'invoiceOutcome')?.invoiceCreated).toEqual(MONDAY)
  })

  test('is read with expanded objects too', () => {
    const payment = factOf(paid({ customer: { id: 'cus_2', email: 'ada@example.com' } }), 'payment')
    expect(payment?.stripeCustomerId).toBe('cus_2')
  })

  test('that is not an invoice is refused with the names of its fields, and no values', () => {
    const event = stripe('invoice.paid', { id: 'in_1', amount_due: '12', currency: null })
    expect(() => factsOf(event)).toThrow(
      expect.objectContaining({
        code: 'invalid_object',
        message: 'invoice: currency is not of type string; amount_due is not of type number',
      }),
    )
  })
})
