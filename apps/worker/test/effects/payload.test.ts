import { describe, expect, test } from '@jest/globals'
import { attemptOf, given } from '../../src/effects/payload.ts'

const message = (effectKey: string, payload: Record<string, string> = {}) => ({
  effectKey,
  payload,
  webhookEventId: null,
})

describe('an effect', () => {
  test('is about what its payload names', () => {
    expect(given(message('receipt:in_1', { paymentId: 'in_1' }), 'paymentId')).toBe('in_1')
  })

  test.each<Record<string, string>>([{}, { paymentId: '' }])('that does not say so is wrong: %j', (payload) => {
    expect(() => given(message('receipt:in_1', payload), 'paymentId')).toThrow(
      expect.objectContaining({ name: 'InvalidPayloadError', code: 'invalid_payload', message: 'paymentId' }),
    )
  })

  test.each([
    ['payment_failed:in_1:2', 2],
    ['payment_failed:in_1:12@acct_1:test', 12],
  ])('%s is about attempt %d', (key, attempt) => {
    expect(attemptOf(message(key))).toBe(attempt)
  })

  test.each(['payment_failed:in_1', 'payment_failed:in_1:test', ''])('"%s" names no attempt, and is wrong', (key) => {
    expect(() => attemptOf(message(key))).toThrow(expect.objectContaining({ code: 'invalid_payload' }))
  })
})
