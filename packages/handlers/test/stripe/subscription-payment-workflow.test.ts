import { describe, expect, test } from '@jest/globals'
import type { Decision } from '@sluice/events'
import { DAY, invoice, openInvoice } from '../../src/samples/stripe-objects.ts'
import { readInvoice } from '../../src/stripe/invoice.ts'
import {
  generateInvoice,
  generateReceipt,
  paymentFailureHandling,
  recordSubscriptionPayment,
  subscriptionPaymentRouter,
} from '../../src/stripe/subscription-payment-workflow.ts'
import { MONDAY } from '../received.ts'

const origin = { account: 'acct_1', livemode: true, occurredAt: MONDAY }

function contentsOf(decision: Decision) {
  if (decision.outcome === 'ignored') throw new Error(decision.reason)
  return { facts: decision.facts.map(({ kind }) => kind), effects: decision.effects.map(({ key }) => key) }
}

const NOTICES = ['payment_failed:in_1:2@acct_1', 'payment_final_notice:in_1:2@acct_1']

describe('the subscription payment workflow', () => {
  test('records a successful payment, and makes its receipt and invoice', () => {
    expect(contentsOf(subscriptionPaymentRouter('paid', readInvoice(invoice()), origin))).toEqual({
      facts: ['customer', 'invoiceOutcome', 'invoice', 'payment'],
      effects: ['receipt:in_1@acct_1', 'invoice:in_1@acct_1'],
    })
  })

  test('records a failed payment, with a notice of each kind and a reminder', () => {
    expect(contentsOf(subscriptionPaymentRouter('failed', readInvoice(openInvoice()), origin))).toEqual({
      facts: ['customer', 'invoiceOutcome', 'invoice', 'payment'],
      effects: [...NOTICES, `payment_reminder:in_1:2:${MONDAY.getTime() / 1000 + 3 * DAY}@acct_1`],
    })
  })

  test('records the last failed payment, without a reminder', () => {
    const last = readInvoice(openInvoice({ next_payment_attempt: null }))
    expect(contentsOf(subscriptionPaymentRouter('failed', last, origin))).toEqual({
      facts: ['customer', 'invoiceOutcome', 'invoice', 'payment'],
      effects: NOTICES,
    })
  })

  test('records what was paid before an attempt for the rest failed', () => {
    const partly = readInvoice(openInvoice({ amount_paid: 400 }))
    const { facts } = contentsOf(subscriptionPaymentRouter('failed', partly, origin))
    expect(facts).toEqual(['customer', 'invoiceOutcome', 'invoice', 'payment', 'payment'])
  })

  test('never charges by itself', () => {
    const kinds = paymentFailureHandling(readInvoice(openInvoice()), origin).map(({ kind }) => kind)
    expect(kinds).toEqual(['payment.failed', 'payment.final_notice', 'payment.reminder'])
  })
})

describe('its steps', () => {
  const paid = recordSubscriptionPayment('paid', readInvoice(invoice()), origin)
  const nothing = { ...paid, money: { amount: 0, external: 0, total: 0, tax: 0 } }

  test('make one receipt and one invoice of a payment, and none for an amount of zero', () => {
    const effect = (kind: string) => [
      { key: `${kind}:in_1@acct_1`, kind, payload: { paymentId: 'in_1' }, waitSeconds: 3 },
    ]
    const free = readInvoice(invoice({ total: 0 }))
    expect(generateReceipt(paid)).toEqual(effect('receipt'))
    expect(generateReceipt(nothing)).toEqual([])
    expect(generateInvoice(paid, readInvoice(invoice()))).toEqual(effect('invoice'))
    expect(generateInvoice(nothing, free)).toEqual([])
  })

  test('make an invoice without a receipt, if the balance of the customer paid it whole', () => {
    const paidByBalance = readInvoice(invoice({ total: 2000, amount_due: 0, amount_paid: 0 }))
    expect(generateInvoice(nothing, paidByBalance)).toMatchObject([{ kind: 'invoice' }])
  })
})
