import { describe, expect, test } from '@jest/globals'
import { session } from '../../src/samples/stripe-objects.ts'
import { effectsOf, factOf, stripe } from '../received.ts'

const received = (type: string, fields: Record<string, unknown> = {}) =>
  stripe(`checkout.session.${type}`, session(fields))

const contentsOf = (type: string, fields: Record<string, unknown> = {}) =>
  factOf(received(type, fields), 'checkoutSession')?.contents

describe('a Checkout whose delayed payment succeeded', () => {
  test('claims its payment intent again, now as paid', () => {
    const [waiting, paid] = [received('completed', { payment_status: 'unpaid' }), received('async_payment_succeeded')]
    const claims = [waiting, paid].map((event) => factOf(event, 'paymentReference')?.session)
    expect(claims).toMatchObject([
      { sessionId: 'cs_1', isPaid: false },
      { sessionId: 'cs_1', isPaid: true },
    ])
  })
})

describe('a Checkout whose delayed payment failed', () => {
  const failed = (fields: Record<string, unknown> = {}) =>
    received('async_payment_failed', { payment_status: 'unpaid', ...fields })

  test('notifies the buyer once', () => {
    expect(effectsOf(failed())).toEqual([
      { key: 'checkout_failed:cs_1:test', kind: 'checkout.failed', payload: { sessionId: 'cs_1' } },
    ])
    expect(factOf(failed(), 'checkoutSession')?.contents.paymentStatus).toBe('unpaid')
    expect(factOf(failed(), 'payment')).toBeUndefined()
  })

  test('sends no notification if the session has been paid by now', () => {
    expect(effectsOf(failed({ payment_status: 'paid' }))).toEqual([])
  })
})

test('an expired Checkout books no money', () => {
  const expired = received('expired', { status: 'expired', payment_status: 'unpaid', customer: null })
  expect(factOf(expired, 'checkoutSession')?.contents).toMatchObject({ status: 'expired', paymentStatus: 'unpaid' })
  expect(factOf(expired, 'payment')).toBeUndefined()
  expect(effectsOf(expired)).toEqual([])
})

test.each([
  ['completed', 'complete', 'paid'],
  ['async_payment_succeeded', 'complete', 'paid'],
  ['async_payment_failed', 'complete', 'unpaid'],
  ['expired', 'expired', 'unpaid'],
])('a session without statuses has those of the type checkout.session.%s', (type, status, paymentStatus) => {
  expect(contentsOf(type, { status: undefined, payment_status: undefined })).toMatchObject({ status, paymentStatus })
})

test('a session accepts statuses that do not exist yet', () => {
  expect(contentsOf('completed', { status: 'napping', payment_status: 'bartered' })).toMatchObject({
    status: 'napping',
    paymentStatus: 'bartered',
  })
})
