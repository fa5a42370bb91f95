import { describe, expect, test } from '@jest/globals'
import { table, toJson } from '../src/lib/table.ts'

describe('a table', () => {
  test('has columns as wide as their widest cell, and no space at the end of a line', () => {
    const rows = [
      ['evt_1', 'processed'],
      ['evt_12345', 'dead'],
    ]
    expect(table(['event', 'status'], rows).split('\n')).toEqual([
      'event      status',
      'evt_1      processed',
      'evt_12345  dead',
    ])
  })

  test('takes a row that has a cell less, or one more', () => {
    expect(table(['a', 'b'], [['1'], ['1', '2', '3']]).split('\n')).toEqual(['a  b', '1', '1  2  3'])
  })

  test('of no rows is its headings', () => {
    expect(table(['event', 'status'], [])).toBe('event  status')
  })
})

describe('JSON of what the database gives', () => {
  test('has every digit of a big integer', () => {
    expect(toJson({ id: 9007199254740993n, payments: [1n] })).toBe('{"id":"9007199254740993","payments":["1"]}')
  })

  test('is indented for people when asked', () => {
    expect(toJson({ id: 1n }, 2)).toBe('{\n  "id": "1"\n}')
  })
})
