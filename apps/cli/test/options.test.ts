import { describe, expect, test } from '@jest/globals'
import { httpUrl, notNegative, wholeNumber } from '../src/lib/options.ts'
import { since } from '../src/lib/since.ts'

describe('an option', () => {
  test.each([
    ['1', 1],
    ['999999999', 999_999_999],
  ])('that counts takes %s', (text, number) => {
    expect(wholeNumber(text)).toBe(number)
  })

  test.each(['0', '-1', '1.5', '1e3', '007', '', 'ten', '9999999999'])('that counts refuses "%s"', (text) => {
    expect(() => wholeNumber(text)).toThrow('It should be a whole number above zero.')
  })

  test.each([
    ['0', 0],
    ['0.5', 0.5],
    ['200', 200],
  ])('that measures takes %s', (text, number) => {
    expect(notNegative(text)).toBe(number)
  })

  test.each(['-1', '', ' ', 'Infinity', 'many'])('that measures refuses "%s"', (text) => {
    expect(() => notNegative(text)).toThrow('It should be a number, zero or above.')
  })

  test.each(['http://localhost:3000', 'https://hooks.example.com/sluice'])('that is an address takes %s', (text) => {
    expect(httpUrl(text)).toBe(text)
  })

  test.each(['localhost:3000', 'ftp://localhost', 'http://', 'javascript:http://x', ''])(
    'that is an address refuses "%s"',
    (text) => {
      expect(() => httpUrl(text)).toThrow('It should be an address such as http://localhost:3000.')
    },
  )
})

describe('since', () => {
  test.each([
    ['30m', 30 * 60_000],
    ['24h', 86_400_000],
    ['7d', 7 * 86_400_000],
  ])('%s is that long ago', (text, milliseconds) => {
    const before = Date.now()
    const time = since(text).getTime() + milliseconds
    expect(time).toBeGreaterThanOrEqual(before)
    expect(time).toBeLessThanOrEqual(Date.now())
  })

  test('a date is that date', () => {
    expect(since('2030-01-31')).toEqual(new Date('2030-01-31T00:00:00Z'))
    expect(since('2030-01-31T12:30:00+02:00')).toEqual(new Date('2030-01-31T10:30:00Z'))
  })

  test.each(['', '7', '7 d', '7w', '-7d', '1234567d', 'tomorrow', '2030', '2030-13-01', '31.01.2030'])(
    '"%s" is refused with what it should be like',
    (text) => {
      expect(() => since(text)).toThrow('It should be like 30m, 24h, 7d, 14:00, yesterday or 2030-01-31.')
    },
  )
})

describe('a time of day', () => {
  const now = new Date(2030, 0, 31, 15, 30)

  test.each([
    ['14:00', new Date(2030, 0, 31, 14)],
    ['9:05', new Date(2030, 0, 31, 9, 5)],
    ['16:00', new Date(2030, 0, 30, 16)],
    ['today', new Date(2030, 0, 31)],
    ['yesterday', new Date(2030, 0, 30)],
    ['yesterday 14:00', new Date(2030, 0, 30, 14)],
  ])('%s is one of this machine, and not in the future', (text, date) => {
    expect(since(text, now)).toEqual(date)
  })

  test.each(['', ' ', '24:00', '14:60', '14', 'tomorrow', 'yesterday 25:00', 'yesterday14:00'])(
    '"%s" is none',
    (text) => {
      expect(() => since(text, now)).toThrow('It should be like 30m, 24h, 7d, 14:00, yesterday or 2030-01-31.')
    },
  )
})
