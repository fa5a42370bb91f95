import { describe, expect, test } from '@jest/globals'
import { invoice, oldInvoice } from '../../src/samples/stripe-objects.ts'
import { factOf, stripe } from '../received.ts'

type Fields = Record<string, unknown>

const contentsOf = (fields: Fields, object: (fields: Fields) => object = invoice) =>
  factOf(stripe('invoice.paid', object(fields)), 'invoice')?.contents

const detailsOf = (fields: Fields, object?: (fields: Fields) => object) => contentsOf(fields, object)?.details

describe('the taxes of an invoice', () => {
  test('are read since 2025-03-31.basil with their rate, if the event has it whole', () => {
    const tax = { amount: 304, tax_behavior: 'inclusive', taxability_reason: 'standard_rated', taxable_amount: 1600 }
    const known = { id: 'txr_1', display_name: 'MwSt.', percentage: 19 }
    const expected = { amount: 304, inclusive: true, rate: 19, reason: 'standard_rated', taxableAmount: 1600 }
    const taxes = (rate: unknown) => [{ ...tax, tax_rate_details: { tax_rate: rate } }]
    expect(detailsOf({ total_taxes: taxes('txr_1'), default_tax_rates: [known] })?.taxes).toEqual([
      { ...expected, name: 'MwSt.' },
    ])
    expect(detailsOf({ total_taxes: taxes(known) })?.taxes).toEqual([{ ...expected, name: 'MwSt.' }])
  })

  test.each([
    [304, 1600, 19],
    [2, 10, null], // from 15 to 25 percent
    [0, 1600, null],
    [133, 1600, null], // no usual rate
    [304, null, null],
  ])('of %p on %p have the rate %p, if the event names none', (amount, taxable_amount, rate) => {
    expect(detailsOf({ total_taxes: [{ amount, taxable_amount }] })?.taxes[0]?.rate).toBe(rate)
  })

  test('are read from the places of older versions', () => {
    const rates = [{ id: 'txr_1', display_name: 'VAT', percentage: 20 }]
    const taxes = [{ amount: 100, inclusive: false, tax_rate: 'txr_1' }]
    expect(
      detailsOf({ total_tax_amounts: taxes, lines: { data: [{ amount: 500, tax_rates: rates }] } }, oldInvoice)?.taxes,
    ).toMatchObject([{ amount: 100, inclusive: false, rate: 20, name: 'VAT' }])
    const bare = { total_tax_amounts: null, tax: 100, tax_percent: 8.25 }
    expect(detailsOf(bare, oldInvoice)?.taxes).toMatchObject([{ amount: 100, inclusive: false, rate: 8.25 }])
  })
})

test('discounts have the name of their coupon', () => {
  const coupon = { coupon: { id: 'SPRING', name: 'Spring' } }
  const total_discount_amounts = [{ amount: 476, discount: 'di_1' }]
  const named = [{ amount: 476, name: 'Spring' }]
  expect(detailsOf({ total_discount_amounts })?.discounts).toEqual([{ amount: 476, name: null }])
  expect(detailsOf({ total_discount_amounts, discounts: [{ id: 'di_1', source: coupon }] })?.discounts).toEqual(named)
  expect(detailsOf({ total_discount_amounts, discount: coupon })?.discounts).toEqual(named)
  const expanded = [{ amount: 476, discount: { id: 'di_1', ...coupon } }]
  expect(detailsOf({ total_discount_amounts: expanded })?.discounts).toEqual(named)
})

test('lines have their unit price, rates and period', () => {
  const line = {
    amount: 500,
    period: { start: 1795744201, end: 1798336201 },
    pricing: { unit_amount_decimal: '250.5' },
    taxes: [{ amount: 1, tax_rate_details: { tax_rate: 'txr_1' } }],
  }
  const fields = { lines: { data: [line] }, default_tax_rates: [{ id: 'txr_1', percentage: 7 }] }
  expect(contentsOf(fields)?.lines).toMatchObject([
    { unitAmount: '250.5', taxRates: [7], periodStart: '2026-11-27T01:50:01.000Z' },
  ])
  for (const old of [{ price: { unit_amount: 250 } }, { plan: { amount: 250 } }])
    expect(contentsOf({ lines: { data: [{ amount: 500, ...old }] } })?.lines).toMatchObject([{ unitAmount: '250' }])
})

test.each([
  [{ has_more: true, total_count: 12 }, 12],
  [{ has_more: true }, 2],
  [{ has_more: false }, 1],
])('the number of lines counts those that the event left out: %j', (list, count) => {
  expect(detailsOf({ lines: { data: [{ amount: 500 }], ...list } })?.lineCount).toBe(count)
})

test('seller and buyer are named, and wrong values are left out', () => {
  const address = { line1: 'Am Dom 1', line2: null, city: 'Köln', state: null, postal_code: '50667', country: 'DE' }
  const { seller, buyer } = detailsOf({
    account_name: 'Acme GmbH',
    account_country: 'DE',
    account_tax_ids: ['txi_1', { value: 'DE123456789' }],
    customer_name: 'Ada SARL',
    customer_address: address,
    customer_tax_ids: [{ type: 'eu_vat', value: 'FR12345678901' }],
    customer_tax_exempt: 'reverse',
  }) as { seller: unknown; buyer: unknown }
  expect(seller).toEqual({ name: 'Acme GmbH', country: 'DE', taxIds: ['DE123456789'] })
  expect(buyer).toEqual({
    name: 'Ada SARL',
    address: { line1: 'Am Dom 1', line2: null, city: 'Köln', state: null, postalCode: '50667', country: 'DE' },
    taxIds: [{ type: 'eu_vat', value: 'FR12345678901' }],
    taxExempt: 'reverse',
  })
  expect(detailsOf({ customer_address: 'Cologne', custom_fields: 'none', footer: 7 })).toMatchObject({
    buyer: { address: null },
    customFields: [],
    footer: null,
  })
})

test('a session that was shown in another currency has both amounts', () => {
  const conversionOf = (fields: Record<string, unknown>) =>
    factOf(
      stripe('checkout.session.completed', { id: 'cs_1', amount_total: 1000, currency: 'usd', ...fields }),
      'checkoutSession',
    )?.contents.details?.conversion
  const [dollars, euros] = [
    { amount: 1000, currency: 'usd' },
    { amount: 920, currency: 'eur' },
  ]
  expect(conversionOf({})).toBeNull()
  const presentment_details = { presentment_amount: 920, presentment_currency: 'eur' }
  expect(conversionOf({ presentment_details })).toEqual({ presented: euros, settled: dollars })
  const currency_conversion = { amount_total: 920, source_currency: 'eur' }
  expect(conversionOf({ currency_conversion })).toEqual({ presented: dollars, settled: euros })
})
