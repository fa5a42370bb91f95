import { describe, expect, test } from '@jest/globals'
import { countPayments } from '../../src/commit/count-payments.ts'
import { customerOf, staleCaches } from '../../src/commit/stale-caches.ts'
import { checkout, customer, invoice, payment, prediction, refund, subscription } from '../facts.ts'

describe('payments are counted', () => {
  test('for the event that told of them first, by how they ended', () => {
    const facts = [
      payment({ paymentId: 'in_1', webhookEventId: '1' }),
      payment({ paymentId: 'in_1', webhookEventId: '2' }),
      payment({ paymentId: 'in_2:failed:1', webhookEventId: '2', status: 'failed' }),
      payment({ paymentId: 'in_3', webhookEventId: '2' }),
    ]
    expect(countPayments(facts, new Set(['in_1', 'in_2:failed:1', 'in_3']))).toEqual(
      new Map([
        ['1', { succeeded: 1, failed: 0 }],
        ['2', { succeeded: 1, failed: 1 }],
      ]),
    )
  })

  test('not when their rows were there before', () => {
    expect(countPayments([payment({})], new Set())).toEqual(new Map())
  })
})

test('a fact changes what its customer may do when it is about subscriptions or money paid', () => {
  const facts = [customer({}), subscription(1, 'active'), invoice(1, 'paid'), checkout(1), payment({})]
  expect(facts.map(customerOf)).toEqual(facts.map(() => 'cus_1'))
  expect([refund(1, 'pending'), prediction('starting'), payment({ stripeCustomerId: null })].map(customerOf)).toEqual([
    null,
    null,
    null,
  ])
})

describe('a user’s cached entitlements are stale', () => {
  const userOf = new Map([['cus_1', 'user_1']])
  const stale = (facts: Parameters<typeof staleCaches>[1], rows: string[], users: string[] = []) =>
    staleCaches('evt_1', facts, new Set(rows), { userOf, changedUsers: new Set(users) }).map(({ key }) => key)

  test.each([
    ['subscription', subscription(1, 'active'), 'sub_1'],
    ['invoice of a subscription', invoice(1, 'paid'), 'sub_1'],
    ['payment', payment({ paymentId: 'in_1' }), 'in_1'],
    ['customer', customer({}), 'cus_1'],
  ])('when a %s of theirs changed, once for the event', (_what, fact, row) => {
    expect(stale([fact, fact], [row])).toEqual(['features:user_1:evt_1'])
    expect(stale([fact], ['another'])).toEqual([])
  })

  test('when their role changed, whatever row that came from', () => {
    expect(stale([subscription(1, 'active')], [], ['user_1'])).toEqual(['features:user_1:evt_1'])
  })

  test('never for a customer who is no user yet, nor for what is about no customer', () => {
    expect(stale([subscription(1, 'active', { customerId: 'cus_2' })], ['sub_1'])).toEqual([])
    expect(stale([refund(1, 'pending')], ['re_1'], ['user_1'])).toEqual([])
  })
})
