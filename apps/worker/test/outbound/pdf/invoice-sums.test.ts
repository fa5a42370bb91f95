import { describe, expect, test } from '@jest/globals'
import type { BilledInvoice } from '@sluice/database/records'
import fc from 'fast-check'
import { checkoutSums } from '../../../src/outbound/pdf/checkout-sums.ts'
import { totalRows } from '../../../src/outbound/pdf/invoice-rows.ts'
import { type InvoiceSums, sumsOf } from '../../../src/outbound/pdf/invoice-sums.ts'
import { wordsFor } from '../../../src/outbound/pdf/words.ts'
import { details, invoice, line, tax } from './samples.ts'

const rowsOf = (one: BilledInvoice, country: string | null = null) =>
  totalRows(sumsOf(one), country, wordsFor('en', one.currency, 'en')).map(({ label, value }) => [label, value])

describe('the rows of an invoice', () => {
  test.each<[string, Partial<BilledInvoice>, string[][]]>([
    ['are its total alone, if that is all', {}, [['Total', '€20.00']]],
    [
      'have a discount, and the tax that the prices include',
      {
        lines: [line('Pro', 2_380)],
        details: details({
          total: 1_904,
          discounts: [{ amount: 476, name: null }],
          taxes: [tax(304, { inclusive: true, rate: null })],
        }),
        amountDue: 1_904n,
      },
      [
        ['Subtotal', '€23.80'],
        ['Discount', '-€4.76'],
        ['Total', '€19.04'],
        ['Includes tax', '€3.04'],
      ],
    ],
    [
      'have tax on top, by rate',
      {
        lines: [line('Pro', 1_000), line('Book', 500)],
        details: details({
          total: 1_725,
          lineCount: 2,
          taxes: [tax(190, { taxableAmount: 1_000 }), tax(35, { rate: 7, taxableAmount: 500, name: 'MwSt.' })],
        }),
        amountDue: 1_725n,
      },
      [
        ['Subtotal', '€15.00'],
        ['Tax (19% on €10.00)', '€1.90'],
        ['MwSt. (7% on €5.00)', '€0.35'],
        ['Total', '€17.25'],
      ],
    ],
    [
      'have the balance that paid a part',
      { amountDue: 1_500n, details: details({ startingBalance: -500 }) },
      [
        ['Total', '€20.00'],
        ['Applied balance', '-€5.00'],
      ],
    ],
    [
      'have a credit note from before the payment',
      { amountDue: 0n, details: details({ credited: 2_000 }) },
      [
        ['Total', '€20.00'],
        ['Credit notes', '-€20.00'],
      ],
    ],
    [
      'name what nothing explains',
      { amountDue: 2_100n, details: details({ total: 2_100, shipping: 70 }) },
      [
        ['Subtotal', '€20.00'],
        ['Shipping', '€0.70'],
        ['Other adjustments', '€0.30'],
        ['Total', '€21.00'],
      ],
    ],
    [
      'are made of what an older version recorded',
      { details: null, tax: 304n, amountDue: 2_304n },
      [
        ['Subtotal', '€20.00'],
        ['Tax', '€3.04'],
        ['Total', '€23.04'],
      ],
    ],
  ])('%s', (_, more, rows) => expect(rowsOf(invoice(more))).toEqual(rows))

  test('call the tax of a European seller by its name', () => {
    expect(rowsOf(invoice({ details: details({ taxes: [tax(319, { inclusive: true })] }) }), 'DE')).toContainEqual([
      'Includes VAT (19%)',
      '€3.19',
    ])
  })
})

/** The differences between each sum and the rows above it. */
const remainders = (sums: InvoiceSums): bigint[] => {
  const onTop = sums.taxes.reduce((all, { inclusive, amount }) => (inclusive ? all : all + BigInt(amount)), 0n)
  const discounts = sums.discounts.reduce((all, { amount }) => all + amount, 0n)
  return [
    sums.lines - discounts + sums.shipping + onTop + sums.adjustment - sums.total,
    sums.total - sums.credited + sums.balance + sums.dueAdjustment - sums.due,
  ]
}

test('each sum is that of the rows above it, whatever an invoice says', () => {
  const amount = fc.integer({ min: -1_000_000, max: 20_000_000_000 })
  const maybe = fc.option(amount)
  const shape = fc.record({
    lines: fc.array(amount, { maxLength: 4 }),
    total: maybe,
    subtotal: maybe,
    shipping: maybe,
    taxes: fc.array(fc.tuple(amount, fc.boolean()), { maxLength: 3 }),
    discounts: fc.array(amount, { maxLength: 2 }),
    startingBalance: maybe,
    endingBalance: maybe,
    credited: amount,
    lineCount: fc.option(fc.integer({ min: 0, max: 12 })),
    due: amount,
    paid: amount,
  })
  fc.assert(
    fc.property(shape, ({ lines, taxes, discounts, due, paid, ...rest }) => {
      const one = invoice({
        amountDue: BigInt(due),
        amountPaid: BigInt(paid),
        lines: lines.map((amount) => line('Item', amount)),
        details: details({
          ...rest,
          taxes: taxes.map(([amount, inclusive]) => tax(amount, { inclusive })),
          discounts: discounts.map((amount) => ({ amount, name: null })),
        }),
      })
      expect(remainders(sumsOf(one))).toEqual([0n, 0n])
    }),
  )
})

test.each([
  ['within the price', 2_000, 2_000n, true, 0n],
  ['on top', 1_681, 2_000n, false, 0n],
  ['on top of an amount that differs', 1_600, 2_000n, false, 81n],
])('the tax of a Checkout session is %s', (_, subtotal, paid, inclusive, adjustment) => {
  const { buyer } = details()
  const sums = checkoutSums(paid, { subtotal, discount: 0, shipping: 0, tax: 319, buyer, conversion: null })
  expect(sums).toMatchObject({ adjustment, taxes: [{ amount: 319, inclusive }] })
  expect(remainders(sums)).toEqual([0n, 0n])
})
