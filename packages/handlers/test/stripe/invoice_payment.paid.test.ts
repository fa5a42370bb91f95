import { expect, test } from '@jest/globals'
import { invoicePayment } from '../../src/samples/stripe-objects.ts'
import { factsOf, MONDAY, stripe } from '../received.ts'

const paid = (fields: Record<string, unknown> = {}) => factsOf(stripe('invoice_payment.paid', invoicePayment(fields)))

const origin = { account: null, livemode: false, occurredAt: MONDAY }
const part = {
  ...{ kind: 'payment', paymentId: 'in_1', status: 'succeeded', stripeInvoiceId: 'in_1', currency: 'usd', ...origin },
  ...{ stripeSubscriptionId: null, stripeCustomerId: null, attemptCount: 0, nextPaymentAttempt: null },
  part: { id: 'inpay_1', amount: 1900, isExternal: false },
}

test('an invoice payment is a part of what the invoice is paid, and links its payment intent to the invoice', () => {
  expect(paid()).toEqual([
    { kind: 'paymentReference', ...origin, reference: 'pi_1', invoiceId: 'in_1', succeeded: true },
    part,
  ])
})

test('an invoice payment may have a charge, and expanded objects', () => {
  const payment = { payment_intent: { id: 'pi_2' }, charge: { id: 'py_2' } }
  expect(paid({ invoice: { id: 'in_2' }, payment })).toMatchObject([
    { reference: 'pi_2', invoiceId: 'in_2' },
    { reference: 'py_2', invoiceId: 'in_2' },
    { paymentId: 'in_2', part: { id: 'inpay_1' } },
  ])
})

test('a record of money that came another way is a part outside Stripe', () => {
  const payment = { type: 'payment_record', payment_record: 'pr_1' }
  expect(paid({ payment })).toEqual([{ ...part, part: { ...part.part, isExternal: true } }])
})

test.each([
  ['a kind that does not exist yet', { payment: { type: 'barter' } }],
  ['nothing known about it', { payment: null }],
])('%s links nothing', (_case, fields) => {
  expect(paid(fields)).toEqual([part])
})

test.each([{ amount_paid: 0 }, { amount_paid: null }, { id: null }])('%j is no part', (fields) => {
  expect(paid(fields)).toMatchObject([{ kind: 'paymentReference' }])
})
