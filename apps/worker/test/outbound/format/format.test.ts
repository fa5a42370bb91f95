import { describe, expect, test } from '@jest/globals'
import { moneyText } from '../../../src/outbound/format/currency.ts'
import { dayText, periodText } from '../../../src/outbound/format/date.ts'

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
  ])('%d %s = %s', (amount, currency, text) => expect(moneyText(amount, currency)).toBe(text))

  test('is exact at any size', () => expect(moneyText(9_007_199_254_740_993n, 'usd')).toBe('$90,071,992,547,409.93'))
})

test('a day is the day in UTC', () => {
  expect(dayText(new Date('2026-03-01T23:59:59Z'))).toBe('1 March 2026')
  expect(periodText(new Date('2026-03-01T00:00:00Z'), new Date('2026-04-01T00:00:00Z'))).toBe(
    '1 March 2026 – 1 April 2026',
  )
})
