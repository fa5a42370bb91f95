import { expect, test } from '@jest/globals'
import { invoicePayment } from '../../src/samples/stripe-objects.ts'
import { factsOf, MONDAY, stripe } from '../received.ts'

const paid = (fields: Record<string, unknown> = {}) => factsOf(stripe('invoice_payment.paid', invoicePayment(fields)))

test('an invoice payment links its payment intent to the invoice', () => {
  expect(paid()).toEqual([
    {
      kind: 'paymentReference',
      account: null,
      livemode: false,
      occurredAt: MONDAY,
      reference: 'pi_1',
      paymentId: 'in_1',
      succeeded: true,
    },
  ])
})

test('an invoice payment may have a charge, and expanded objects', () => {
  const payment = { payment_intent: { id: 'pi_2' }, charge: { id: 'py_2' } }
  expect(paid({ invoice: { id: 'in_2' }, payment })).toMatchObject([
    { reference: 'pi_2', paymentId: 'in_2' },
    { reference: 'py_2', paymentId: 'in_2' },
  ])
})

test.each([
  ['a record of money that came another way', { payment: { type: 'payment_record', payment_record: 'pr_1' } }],
  ['a kind that does not exist yet', { payment: { type: 'barter' } }],
  ['nothing said of it', { payment: null }],
])('%s links nothing', (_case, fields) => {
  expect(paid(fields)).toEqual([])
})
