import { expect, test } from '@jest/globals'
import { invoice } from '../../src/samples/stripe-objects.ts'
import { effectKey } from '../../src/stripe/effect-key.ts'
import { keysOf, stripe } from '../received.ts'

test.each([
  [null, true, 'receipt:in_1'],
  [null, null, 'receipt:in_1'],
  [null, false, 'receipt:in_1:test'],
  ['acct_1', true, 'receipt:in_1@acct_1'],
  ['acct_1', false, 'receipt:in_1@acct_1:test'],
])('the key for account %p and livemode %p is %s', (account, livemode, key) => {
  expect(effectKey({ account, livemode }, 'receipt:in_1')).toBe(key)
})

test('a second event about the same object has the keys of the first', () => {
  const first = stripe('invoice.paid', invoice())
  const second = { ...first, eventId: 'evt_2', occurredAt: new Date('2026-11-16T10:00:05Z') }
  expect(keysOf(second)).toEqual(keysOf(first))
})
