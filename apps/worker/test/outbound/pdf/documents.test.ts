import { describe, expect, test } from '@jest/globals'
import type { BilledInvoice, BilledPayment } from '@sluice/database/records'
import { invoicePdf } from '../../../src/outbound/pdf/invoice.ts'
import { numberOf } from '../../../src/outbound/pdf/number.ts'
import { receiptPdf } from '../../../src/outbound/pdf/receipt.ts'
import { subtotals } from '../../../src/outbound/pdf/totals.ts'

const SENDER = { name: 'Acme', address: 'billing@acme.example', domain: 'acme.example' }

const invoice: BilledInvoice = {
  invoiceId: 'in_1',
  status: 'paid',
  number: 'ACME-0001',
  amountDue: 2_000n,
  amountPaid: 2_000n,
  tax: null,
  currency: 'usd',
  attemptCount: 1,
  nextPaymentAttempt: null,
  hostedInvoiceUrl: null,
  periodStart: new Date('2026-03-01T00:00:00Z'),
  periodEnd: new Date('2026-04-01T00:00:00Z'),
  createdAt: new Date('2026-03-01T00:00:00Z'),
  lines: [{ description: 'Pro', quantity: 1, amount: 2_000 }],
  livemode: true,
  account: null,
  details: null,
  invoicePdf: null,
  email: null,
  locales: null,
}

const payment: BilledPayment = {
  paymentId: 'in_1',
  status: 'succeeded',
  amount: 2_000n,
  currency: 'usd',
  occurredAt: new Date('2026-03-01T10:00:00Z'),
  livemode: true,
  email: 'ada@customer.example',
  locales: null,
  invoice,
  checkout: null,
}

/** `/Type /Page`, once for each page. */
const pagesOf = (pdf: Buffer): number => pdf.toString('latin1').match(/\/Type \/Page\b(?!s)/g)?.length ?? 0

describe('a document', () => {
  test.each([
    ['receipt', () => receiptPdf(payment, SENDER)],
    ['invoice', () => invoicePdf(payment, invoice, SENDER)],
    [
      'invoice in scripts beyond Western Europe',
      () =>
        invoicePdf(
          payment,
          { ...invoice, lines: [{ description: 'Łódź, Київ', quantity: null, amount: 2_000 }] },
          SENDER,
        ),
    ],
  ])('made again has the same bytes (%s)', async (_, make) => {
    const [first, again] = [await make(), await make()]
    expect(first.pdf.subarray(0, 5).toString()).toBe('%PDF-')
    expect(first.pdf.equals(again.pdf)).toBe(true)
    expect(pagesOf(first.pdf)).toBe(1)
  })

  test('has as many pages as its lines need', async () => {
    const lines = Array.from({ length: 60 }, () => ({
      description: 'a long line '.repeat(20),
      quantity: 2,
      amount: -5,
    }))
    const { pdf } = await invoicePdf(payment, { ...invoice, lines }, SENDER)
    expect(pagesOf(pdf)).toBeGreaterThan(4)
  })

  test('has the number of Stripe, else one from the payment', () => {
    expect(numberOf(payment)).toBe('ACME-0001')
    expect(numberOf({ ...payment, paymentId: 'cs_live_a1B2c3D4e5F6g7H8', invoice: null })).toBe('C3D4E5F6G7H8')
  })
})

describe('the rows between the lines and the total', () => {
  const lines = [
    { description: 'Pro', quantity: 1, amount: 9_000 },
    { description: 'Credit', quantity: 1, amount: -3_000 },
  ]
  test.each([
    ['nothing, when they are the total', null, 6_000n, []],
    ['tax that they include', 1_000n, 6_000n, [['Includes tax', '€10.00']]],
    [
      'tax on top',
      1_000n,
      7_000n,
      [
        ['Subtotal', '€60.00'],
        ['Tax', '€10.00'],
      ],
    ],
    [
      'a discount',
      null,
      5_000n,
      [
        ['Subtotal', '€60.00'],
        ['Discounts, credits and other items', '-€10.00'],
      ],
    ],
  ])('%s', (_, tax, total, expected) => {
    expect(subtotals({ lines, tax, total, currency: 'eur' })).toEqual(expected)
  })
})
