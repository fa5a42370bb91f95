import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { paymentMerge } from '../../src/merges/payment.ts'
import { at, payment } from '../facts.ts'
import { columnsAfter, itMerges, origin, second, time, timeOrNull, wordOrNull } from './merge-laws.ts'

const payments = fc
  .record({
    ...origin,
    occurredAt: time,
    status: fc.constantFrom('succeeded' as const, 'failed' as const),
    amount: fc.constantFrom(1, 2),
    currency: fc.constantFrom('usd', 'eur'),
    stripeSubscriptionId: wordOrNull,
    attemptCount: second,
    nextPaymentAttempt: timeOrNull,
  })
  .map(payment)

itMerges('payment', paymentMerge, payments)

describe('a payment', () => {
  test('has the contents of its earliest fact and the highest attempt count', () => {
    const first = payment({ occurredAt: at(0), amount: 100, attemptCount: 1, nextPaymentAttempt: at(9) })
    const second = payment({ occurredAt: at(1), amount: 999, attemptCount: 3, nextPaymentAttempt: at(5) })
    expect(columnsAfter(paymentMerge, first, second)).toMatchObject({
      amount: 100,
      attempt_count: 3,
      next_payment_attempt: at(9).toISOString(),
    })
  })
})
