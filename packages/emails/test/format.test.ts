import { describe, expect, test } from '@jest/globals'
import { formatDate, formatMoney, formatPeriod, LANGUAGES, type Language, plainSpaces } from '../src/index.ts'

const money = (amount: bigint | number, currency: string, language: Language) =>
  plainSpaces(formatMoney(amount, currency, language))

describe('an amount is formatted by the decimals of its currency', () => {
  test.each([
    [123_450, 'usd', '$1,234.50'],
    [5, 'eur', '€0.05'],
    [-2_502, 'EUR', '-€25.02'],
    [1_980, 'jpy', '¥1,980'],
    [0, 'krw', '₩0'],
    [1_250, 'kwd', 'KWD 1.250'],
    [50, 'tnd', 'TND 0.050'],
    [500, 'isk', 'ISK 5'],
    [100_000, 'ugx', 'UGX 1,000'],
    [1_050, 'huf', 'HUF 10.50'],
    [1_999, 'pln', 'PLN 19.99'],
    [500, 'mga', 'MGA 500'],
    [1_500_000, 'usdc', 'USDC 15000.00'],
  ])('%d %s = %s', (amount, currency, text) => expect(money(amount, currency, 'en')).toBe(text))

  test.each(LANGUAGES)('and is exact at any size in %s', (language) =>
    expect(formatMoney(9_007_199_254_740_993n, 'usd', language).replace(/\D/g, '')).toBe('9007199254740993'),
  )
})

describe('amounts and days are formatted in their language', () => {
  test.each([
    ['en', '$1,234.50', '¥1,980', '1 December 2026'],
    ['de', '1.234,50 $', '1.980 ¥', '1. Dezember 2026'],
    ['fr', '1 234,50 $US', '1 980 JPY', '1er décembre 2026'],
    ['es', '1234,50 US$', '1980 JPY', '1 de diciembre de 2026'],
    ['pt', 'US$ 1.234,50', 'JP¥ 1.980', '1 de dezembro de 2026'],
    ['ja', '$1,234.50', '¥1,980', '2026年12月1日'],
  ] as const)('%s', (language, dollars, yen, day) => {
    expect(money(123_450, 'usd', language)).toBe(dollars)
    expect(money(1_980, 'jpy', language)).toBe(yen)
    expect(formatDate(new Date('2026-12-01T00:00:00Z'), language)).toBe(day)
  })
})

test('a day is the day in UTC', () => {
  expect(formatDate(new Date('2026-03-01T23:59:59Z'), 'en')).toBe('1 March 2026')
  expect(formatPeriod(new Date('2026-03-01T00:00:00Z'), new Date('2026-04-01T00:00:00Z'), 'en')).toBe(
    '1 March 2026 – 1 April 2026',
  )
})
