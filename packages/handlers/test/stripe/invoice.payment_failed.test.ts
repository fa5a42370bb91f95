import { describe, expect, test } from '@jest/globals'
import { DAY, oldOpenInvoice, openInvoice } from '../../src/samples/stripe-objects.ts'
import { allOf, effectsOf, factOf, keysOf, SECOND, stripe } from '../received.ts'

const failed = (fields: Record<string, unknown> = {}) => stripe('invoice.payment_failed', openInvoice(fields))

describe('a failed charge of an invoice', () => {
  test.each([
    ['new', openInvoice()],
    ['old', oldOpenInvoice()],
  ])('is a payment of its own per attempt, and moves no money: %s shape', (_shape, object) => {
    const event = stripe('invoice.payment_failed', object)
    expect(factOf(event, 'payment')).toMatchObject({
      paymentId: 'in_1:failed:2',
      status: 'failed',
      stripeInvoiceId: 'in_1',
      money: { amount: 1900, external: 0, total: 1900, tax: 0 },
      attemptCount: 2,
      nextPaymentAttempt: new Date((SECOND + 3 * DAY) * 1000),
    })
    expect(factOf(event, 'invoiceOutcome')).toMatchObject({ invoiceId: 'in_1', outcome: 'failed' })
    expect(factOf(event, 'invoice')?.contents).toMatchObject({ status: 'open', amountPaid: 0, attemptCount: 2 })
  })

  const NOTICES = [
    {
      key: 'payment_failed:in_1:2:test',
      kind: 'payment.failed',
      payload: { invoiceId: 'in_1', attempt: 2 },
      waitSeconds: 10,
    },
    {
      key: 'payment_final_notice:in_1:2:test',
      kind: 'payment.final_notice',
      payload: { invoiceId: 'in_1', attempt: 2 },
      waitSeconds: 10,
    },
  ]
  const NEXT = SECOND + 3 * DAY

  test('notifies the customer once per attempt, and reminds an hour after the next attempt', () => {
    expect(effectsOf(failed())).toEqual([
      ...NOTICES,
      {
        key: `payment_reminder:in_1:2:${NEXT}:test`,
        kind: 'payment.reminder',
        payload: { invoiceId: 'in_1', attempt: 2, after: new Date(NEXT * 1000).toISOString() },
        availableAt: new Date((NEXT + 3600) * 1000),
        waitSeconds: 10,
      },
    ])
  })

  test('without a planned attempt has no reminder, until an update plans one', () => {
    expect(effectsOf(failed({ next_payment_attempt: null }))).toEqual(NOTICES)
    const updated = (fields: Record<string, unknown>) => stripe('invoice.updated', openInvoice(fields))
    expect(keysOf(updated({}))).toEqual([`payment_reminder:in_1:2:${NEXT}:test`])
    expect(keysOf(updated({ attempt_count: 0 }))).toEqual([])
    expect(keysOf(updated({ status: 'draft' }))).toEqual([])
  })

  test.each([
    ['paid', { status: 'paid', amount_paid: 1900 }],
    ['paid, in the old shape', { status: undefined, paid: true, amount_paid: 1900 }],
  ])('records no failure if the invoice is %s by now', (_case, fields) => {
    const payments = allOf(failed(fields), 'payment').map(({ paymentId, status }) => `${paymentId} ${status}`)
    expect(payments).toEqual(['in_1 succeeded'])
    expect(keysOf(failed(fields))).toEqual([])
  })

  test('records no failure if the invoice is void by now, but that it is void', () => {
    expect(factOf(failed({ status: 'void' }), 'invoiceOutcome')).toMatchObject({ outcome: 'void' })
    expect(factOf(failed({ status: 'void' }), 'payment')).toBeUndefined()
    expect(keysOf(failed({ status: 'void' }))).toEqual([])
  })
})
