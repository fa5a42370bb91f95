import { describe, expect, test } from '@jest/globals'
import { DAY, invoice, oldInvoice, openInvoice } from '../../src/samples/stripe-objects.ts'
import { factOf, SECOND, stripe } from '../received.ts'

const outcomeOf = (type: string, object: object) => factOf(stripe(`invoice.${type}`, object), 'invoiceOutcome')

describe('an invoice for its subscription', () => {
  test.each([
    ['manual', undefined],
    ['quote_accept', undefined],
    ['subscription_cycle', 'paid'],
    ['subscription_create', 'paid'],
    ['subscription_update', 'paid'],
    ['subscription_threshold', 'paid'],
    ['subscription', 'paid'],
    [null, 'paid'],
  ])('with the billing reason %s says %s', (billing_reason, outcome) => {
    expect(outcomeOf('paid', invoice({ billing_reason }))?.outcome).toBe(outcome)
    expect(outcomeOf('payment_failed', openInvoice({ billing_reason }))?.outcome).toBe(outcome && 'failed')
    expect(outcomeOf('voided', invoice({ billing_reason, status: 'void' }))?.outcome).toBe(outcome && 'void')
  })

  test('that the customer pays by hand is paid, but never failed, in both names of the field', () => {
    for (const field of ['collection_method', 'billing']) {
      const byHand = { collection_method: undefined, [field]: 'send_invoice' }
      expect(outcomeOf('payment_failed', openInvoice(byHand))).toBeUndefined()
      expect(outcomeOf('paid', invoice(byHand))?.outcome).toBe('paid')
      const charged = { collection_method: undefined, [field]: 'charge_automatically' }
      expect(outcomeOf('payment_failed', openInvoice(charged))?.outcome).toBe('failed')
    }
  })

  test.each(['voided', 'updated', 'payment_failed', 'payment_action_required', 'overdue'])(
    'is void if its object is, in invoice.%s',
    (type) => expect(outcomeOf(type, invoice({ status: 'void' }))).toMatchObject({ outcome: 'void', paidUntil: null }),
  )

  test.each(['marked_uncollectible', 'updated'])('is uncollectible if its object is, in invoice.%s', (type) => {
    const object = invoice({ status: 'uncollectible', collection_method: 'send_invoice' })
    expect(outcomeOf(type, object)).toMatchObject({ outcome: 'uncollectible', paidUntil: null })
  })

  test.each(['draft', 'open'])('says nothing while it is %s', (status) => {
    expect(outcomeOf('updated', invoice({ status }))).toBeUndefined()
  })
})

describe('the period that an invoice pays for', () => {
  const line = (amount: number, days: number, fields: object = {}) => ({
    amount,
    period: { start: SECOND, end: SECOND + days * DAY },
    ...fields,
  })
  const paidUntil = (object: object, ...data: object[]) =>
    outcomeOf('paid', { ...object, lines: { data } })?.paidUntil ?? null
  const day = (days: number) => new Date((SECOND + days * DAY) * 1000)

  test('ends with the last line that charges something', () => {
    expect(paidUntil(invoice(), line(2_000, 30), line(500, 7))).toEqual(day(30))
  })

  test('does not end with the credit of a plan that was left', () => {
    expect(paidUntil(invoice(), line(-9_000, 300), line(2_000, 30))).toEqual(day(30))
  })

  test('is that of the subscription, not of a thing that was sold beside', () => {
    const ours = { parent: { type: 'subscription_item_details' } }
    const beside = { parent: { type: 'invoice_item_details' } }
    expect(paidUntil(invoice(), line(2_000, 30, ours), line(9_000, 365, beside))).toEqual(day(30))
    expect(
      paidUntil(oldInvoice(), line(2_000, 30, { type: 'subscription' }), line(9_000, 365, { type: 'invoiceitem' })),
    ).toEqual(day(30))
  })

  test('of an update in old versions is that of its prorations', () => {
    const proration = { type: 'invoiceitem', proration: true }
    expect(paidUntil(oldInvoice(), line(-500, 12, proration), line(900, 12, proration))).toEqual(day(12))
  })

  test('of a trial is the trial', () => {
    expect(paidUntil(invoice(), line(0, 14))).toEqual(day(14))
  })

  test('is unknown without lines', () => {
    expect(paidUntil(invoice())).toBeNull()
    expect(paidUntil(invoice(), { amount: 2_000 })).toBeNull()
  })
})
