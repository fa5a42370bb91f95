import { describe, expect, test } from '@jest/globals'
import type { Fact } from '@sluice/events'
import { customerOf, usersChangedBy } from '../../src/commit/stale-caches.ts'
import { countPayments } from '../../src/commit/write-facts.ts'
import { type AnyMerge, MERGES, type Merged } from '../../src/merges/index.ts'
import { checkout, customer, invoice, payment, prediction, refund, subscription } from '../facts.ts'

describe('payments are counted', () => {
  test('for the event that named them first, by status', () => {
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

  test('not when their rows existed before', () => {
    expect(countPayments([payment({})], new Set())).toEqual(new Map())
  })
})

test('facts about customers, subscriptions and payments may change entitlements, others may not', () => {
  const facts = [customer({}), subscription(1, 'active'), invoice(1, 'paid'), checkout(1), payment({})]
  expect(facts.map(customerOf)).toEqual(facts.map(() => 'cus_1'))
  expect([refund(1, 'pending'), prediction('starting'), payment({ stripeCustomerId: null })].map(customerOf)).toEqual([
    null,
    null,
    null,
  ])
})

describe('a user’s cached entitlements are stale', () => {
  const usersOf = new Map([['cus_1', new Set(['user_1'])]])
  const payersOf = new Map([['in_guest', 'user_2']])
  const stale = (facts: Fact[], rows: string[], users: string[] = []) => {
    const none = { inserted: new Set<string>(), registers: new Map(), before: new Map(), missing: new Set<string>() }
    const merged: Merged = { ...none, changed: new Set(rows) }
    const all = new Map<AnyMerge, Merged>(MERGES.map((merge) => [merge, merged]))
    return usersChangedBy(facts, all, {
      ...{ usersOf, payersOf, changedUsers: new Set(users), entitledUsers: new Set<string>() },
      ...{ movedCustomers: [], movedSubscriptions: [], movedPayments: [], roles: [] },
    })
  }

  test.each([
    ['subscription', subscription(1, 'active'), 'sub_1'],
    ['invoice of a subscription', invoice(1, 'paid'), 'sub_1'],
    ['payment', payment({ paymentId: 'in_1' }), 'in_1'],
  ])('when a row of theirs changed by a fact about a %s, once', (_what, fact, row) => {
    expect(stale([fact, fact], [row])).toEqual(['user_1'])
    expect(stale([fact], ['another'])).toEqual([])
  })

  test('when their role changed, whichever row caused it', () => {
    expect(stale([subscription(1, 'active')], [], ['user_1'])).toEqual(['user_1'])
  })

  test('when a guest’s payment is theirs', () => {
    const bought = payment({ paymentId: 'in_guest', stripeCustomerId: null })
    expect(stale([bought], ['in_guest'])).toEqual(['user_2'])
  })

  test('not when only the customer’s own row changed', () => {
    expect(stale([customer({})], ['cus_1'])).toEqual([])
    expect(stale([customer({})], ['cus_1'], ['user_1'])).toEqual(['user_1'])
  })

  test('never for a customer without a user, nor for a fact without a customer', () => {
    expect(stale([subscription(1, 'active', { customerId: 'cus_2' })], ['sub_1'])).toEqual([])
    expect(stale([refund(1, 'pending')], ['re_1'], ['user_1'])).toEqual([])
  })
})
