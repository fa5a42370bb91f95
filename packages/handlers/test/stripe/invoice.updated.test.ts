import { describe, expect, test } from '@jest/globals'
import { DAY, invoice, oldInvoice } from '../../src/samples/stripe-objects.ts'
import { allOf, effectsOf, factOf, MONDAY, SECOND, stripe } from '../received.ts'

const contentsOf = (fields: Record<string, unknown>, type = 'invoice.updated') =>
  factOf(stripe(type, invoice(fields)), 'invoice')?.contents

const oldContentsOf = (fields: Record<string, unknown>) =>
  factOf(stripe('invoice.updated', oldInvoice(fields)), 'invoice')?.contents

const TYPES = ['created', 'updated', 'finalized', 'voided', 'marked_uncollectible', 'overdue', 'will_be_due']

describe('an invoice', () => {
  test.each([
    ['new', invoice()],
    ['old', oldInvoice()],
    ['old, rendered late, with both', { ...oldInvoice(), ...invoice() }],
  ])('gives the same facts in its %s shape', (_shape, object) => {
    expect(factOf(stripe('invoice.updated', object), 'invoice')).toEqual({
      kind: 'invoice',
      account: null,
      livemode: false,
      occurredAt: MONDAY,
      invoiceId: 'in_1',
      customerId: 'cus_1',
      subscriptionId: 'sub_1',
      contents: {
        status: 'paid',
        number: 'A-0001',
        amountDue: 1900,
        amountPaid: 1900,
        tax: 303,
        currency: 'usd',
        billingReason: 'subscription_cycle',
        collectionMethod: 'charge_automatically',
        attemptCount: 1,
        nextPaymentAttempt: null,
        hostedInvoiceUrl: 'https://invoice.stripe.com/i/1',
        invoicePdf: 'https://pay.stripe.com/invoice/1/pdf',
        customerEmail: 'ada@example.com',
        periodStart: MONDAY.toISOString(),
        periodEnd: new Date((SECOND + 30 * DAY) * 1000).toISOString(),
        created: new Date((SECOND - 60) * 1000).toISOString(),
        lines: [
          {
            description: '1 × Pro',
            quantity: 1,
            amount: 1900,
            unitAmount: null,
            taxRates: [],
            periodStart: MONDAY.toISOString(),
            periodEnd: new Date((SECOND + 30 * DAY) * 1000).toISOString(),
          },
        ],
        details: expect.objectContaining({ lineCount: 1, discounts: [], description: null }),
      },
    })
  })

  test.each(TYPES)('has the status of its object with the type invoice.%s, and no effect', (type) => {
    for (const status of ['draft', 'open', 'uncollectible', 'void', 'haggled'])
      expect(contentsOf({ status }, `invoice.${type}`)?.status).toBe(status)
    expect(effectsOf(stripe(`invoice.${type}`, invoice()))).toEqual([])
  })

  test('is deleted by the type of its event', () => {
    expect(contentsOf({ status: 'draft' }, 'invoice.deleted')?.status).toBe('deleted')
  })

  test.each([
    ['paid', { paid: true }],
    ['open', { paid: false }],
    ['uncollectible', { paid: false, forgiven: true }],
  ])('from before there were statuses is %s', (status, fields) => {
    expect(oldContentsOf(fields)?.status).toBe(status)
  })

  test('sums its taxes, from the place of each API version', () => {
    expect(contentsOf({ total_taxes: [], total_tax_amounts: [{ amount: 7 }] })?.tax).toBe(0)
    expect(oldContentsOf({ total_tax_amounts: [{ amount: 7 }, { amount: 8 }], tax: 1 })?.tax).toBe(15)
    expect(oldContentsOf({ tax: null })?.tax).toBeNull()
  })

  test('has the period from its first line to its last', () => {
    const line = (from: number, to: number) => ({ amount: 1, period: { start: SECOND + from, end: SECOND + to } })
    const lines = { data: [line(5, 9), line(1, 3), { amount: 2, period: null }] }
    expect(contentsOf({ lines })).toMatchObject({
      periodStart: new Date((SECOND + 1) * 1000).toISOString(),
      periodEnd: new Date((SECOND + 9) * 1000).toISOString(),
    })
  })

  test('without lines has its own period', () => {
    expect(contentsOf({ lines: null })).toMatchObject({ lines: [], periodEnd: MONDAY.toISOString() })
  })

  test('describes a line by its description, else by its plan', () => {
    const plans = [{ nickname: 'Pro' }, { name: 'Basic' }, null].map((plan) => ({ plan, amount: 1, description: null }))
    expect(contentsOf({ lines: { data: plans } })?.lines.map(({ description }) => description)).toEqual([
      'Pro',
      'Basic',
      '',
    ])
  })

  test('may lack every optional field', () => {
    const bare = stripe('invoice.created', { id: 'in_1', amount_due: 5, currency: 'jpy' })
    expect(factOf(bare, 'invoice')).toMatchObject({
      customerId: null,
      subscriptionId: null,
      contents: { status: 'open', amountPaid: 0, attemptCount: 0, created: null, periodStart: null, lines: [] },
    })
  })
})

describe('the payments of an invoice', () => {
  const references = (object: object) =>
    allOf(stripe('invoice.updated', object), 'paymentReference').map(({ reference, invoiceId, succeeded }) => ({
      reference,
      invoiceId,
      succeeded,
    }))

  test('are named in the old shape', () => {
    expect(references(oldInvoice())).toEqual([
      { reference: 'pi_1', invoiceId: 'in_1', succeeded: true },
      { reference: 'ch_1', invoiceId: 'in_1', succeeded: true },
    ])
    const open = oldInvoice({ paid: false, charge: null, payment_intent: { id: 'pi_2' } })
    expect(references(open)).toEqual([{ reference: 'pi_2', invoiceId: 'in_1', succeeded: undefined }])
  })

  test('are named in the new shape if they were expanded', () => {
    const payments = { data: [{ payment: { payment_intent: 'pi_1' } }, { payment: { charge: 'ch_1' } }, {}] }
    expect(references(invoice({ payments })).map(({ reference }) => reference)).toEqual(['pi_1', 'ch_1'])
    expect(references(invoice())).toEqual([])
  })
})
