import { describe, expect, test } from '@jest/globals'
import { creditNote, oldCreditNote } from '../../src/samples/stripe-objects.ts'
import { effectsOf, factOf, MONDAY, stripe } from '../received.ts'

const received = (type: string, object: object = creditNote()) => stripe(`credit_note.${type}`, object)
const contentsOf = (object: object) => factOf(received('created', object), 'creditNote')?.contents

describe('a credit note', () => {
  test.each(['created', 'updated'])('is recorded with its customer: %s', (type) => {
    expect(factOf(received(type), 'creditNote')).toEqual({
      kind: 'creditNote',
      account: null,
      livemode: false,
      occurredAt: MONDAY,
      creditNoteId: 'cn_1',
      invoiceId: 'in_1',
      customerId: 'cus_1',
      contents: {
        ...{ status: 'issued', number: 'A-0001-CN-01', type: 'post_payment', reason: 'order_change', memo: null },
        ...{ currency: 'usd', amount: 1200, amountExcludingTax: 1000, tax: 200 },
        ...{ prePaymentAmount: 0, postPaymentAmount: 1200, customerBalanceAmount: 400, outOfBandAmount: 300 },
        refundIds: ['re_1'],
        lines: [expect.objectContaining({ description: '1 × Pro', quantity: 1, amount: 1000 })],
        details: expect.objectContaining({ total: 1200 }),
        ...{ pdf: 'https://pay.stripe.com/credit_notes/1/pdf' },
        ...{ created: MONDAY.toISOString(), effectiveAt: MONDAY.toISOString(), voidedAt: null },
      },
    })
    expect(factOf(received(type), 'customer')).toMatchObject({ customerId: 'cus_1' })
    expect(effectsOf(received(type))).toEqual([
      { key: 'credit_note:cn_1:test', kind: 'credit_note', payload: { creditNoteId: 'cn_1' }, waitSeconds: 3 },
    ])
  })

  test('has the discounts, taxes and lines that its document shows, in each API version', () => {
    const rate = { id: 'txr_1', display_name: 'MwSt.', percentage: 19 }
    const tax = { amount: 190, inclusive: false, taxable_amount: 1000, taxability_reason: 'standard_rated' }
    const shown = {
      ...{ subtotal: 1050, total: 1190, shipping: null, lineCount: 1 },
      discounts: [{ amount: 50, name: null }],
      taxes: [
        {
          ...{ amount: 190, inclusive: false, rate: 19 },
          name: 'MwSt.',
          reason: 'standard_rated',
          taxableAmount: 1000,
        },
      ],
    }
    const line = { description: 'Pro', quantity: 2, amount: 1050, unit_amount_decimal: '525', tax_rates: [rate] }
    const common = {
      ...{ id: 'cn_1', amount: 1190, subtotal: 1050, total: 1190, currency: 'eur' },
      discount_amounts: [{ amount: 50, discount: 'di_1' }],
      lines: { data: [line], has_more: false },
    }
    for (const taxes of [
      { total_taxes: [{ ...tax, tax_behavior: 'exclusive', tax_rate_details: { tax_rate: 'txr_1' } }] },
      { tax_amounts: [{ ...tax, tax_rate: 'txr_1' }] },
    ]) {
      const contents = contentsOf({ ...common, ...taxes })
      expect(contents?.details).toEqual(shown)
      expect(contents?.lines).toMatchObject([{ quantity: 2, amount: 1050, unitAmount: '525', taxRates: [19] }])
    }
    expect(contentsOf({ ...common, lines: { data: [line], has_more: true } })?.details.lineCount).toBe(2)
  })

  test('is void by the type of its event', () => {
    expect(factOf(received('voided'), 'creditNote')?.contents.status).toBe('void')
  })

  test('names one refund and its type before 2025-03-31.basil', () => {
    expect(contentsOf(oldCreditNote())).toMatchObject({
      ...{ prePaymentAmount: 0, postPaymentAmount: 500, refundIds: ['re_1'], tax: 83 },
      ...{ customerBalanceAmount: 0, outOfBandAmount: 0 },
    })
    expect(contentsOf(oldCreditNote({ type: 'pre_payment', refund: null }))).toMatchObject({
      prePaymentAmount: 500,
      postPaymentAmount: 0,
    })
  })

  test('goes to the balance of the customer for the part that is not refunded, if that is known', () => {
    const balanceOf = (fields: Record<string, unknown>) => contentsOf(creditNote(fields))?.customerBalanceAmount
    expect(balanceOf({ customer_balance_transaction: { id: 'cbtxn_1', amount: -250 } })).toBe(250)
    expect(balanceOf({ customer_balance_transaction: null })).toBe(0)
    expect(balanceOf({ refunds: [{ refund: 're_1' }] })).toBeNull()
    expect(balanceOf({ refunds: [], out_of_band_amount: null })).toBe(1200)
  })

  test('gives back outside Stripe what its payment records refund as well', () => {
    const refunds = [{ amount_refunded: 100, refund: null, type: 'payment_record_refund' }]
    expect(contentsOf(creditNote({ refunds }))).toMatchObject({ outOfBandAmount: 400, refundIds: [] })
  })

  test('may lack every optional field', () => {
    expect(contentsOf({ id: 'cn_1', amount: 700, currency: 'usd' })).toMatchObject({
      ...{ status: 'issued', amount: 700, prePaymentAmount: 0, postPaymentAmount: 0, lines: [] },
    })
  })
})
