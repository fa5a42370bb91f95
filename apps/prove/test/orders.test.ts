import { expect, test } from '@jest/globals'
import { ordersOf } from '../src/faults/orders.ts'
import { ofSize } from '../src/faults/payloads.ts'

test('every order of a list comes once', () => {
  expect(ordersOf([1, 2, 3])).toEqual([
    [1, 2, 3],
    [1, 3, 2],
    [2, 1, 3],
    [2, 3, 1],
    [3, 1, 2],
    [3, 2, 1],
  ])
  expect(new Set(ordersOf([1, 2, 3, 4, 5]).map(String)).size).toBe(120)
})

test('an event has exactly as many bytes as are asked for', () => {
  expect(Buffer.byteLength(ofSize(4_096, 'evt_1').body)).toBe(4_096)
})
