import { describe, expect, test } from '@jest/globals'
import { session } from '../../src/samples/stripe-objects.ts'
import { effectsOf, factOf, keysOf, stripe } from '../received.ts'

const told = (type: string, fields: Record<string, unknown> = {}) => stripe(`checkout.session.${type}`, session(fields))

const contentsOf = (type: string, fields: Record<string, unknown> = {}) =>
  factOf(told(type, fields), 'checkoutSession')?.contents

describe('a Checkout whose money came later', () => {
  test('is booked under the same id, with the same receipt', () => {
    const [waiting, paid] = [told('completed', { payment_status: 'unpaid' }), told('async_payment_succeeded')]
    expect(factOf(waiting, 'payment')).toBeUndefined()
    expect(factOf(paid, 'payment')?.paymentId).toBe('cs_1')
    expect(keysOf(paid)).toEqual(keysOf(told('completed')))
  })
})

describe('a Checkout whose money did not come', () => {
  const failed = (fields: Record<string, unknown> = {}) =>
    told('async_payment_failed', { payment_status: 'unpaid', ...fields })

  test('is told the buyer once', () => {
    expect(effectsOf(failed())).toEqual([
      { key: 'checkout_failed:cs_1:test', kind: 'checkout.failed', payload: { sessionId: 'cs_1' } },
    ])
    expect(factOf(failed(), 'checkoutSession')?.contents.paymentStatus).toBe('unpaid')
    expect(factOf(failed(), 'payment')).toBeUndefined()
  })

  test('is told nobody when the session is paid by now', () => {
    expect(effectsOf(failed({ payment_status: 'paid' }))).toEqual([])
  })
})

test('a Checkout that expired bought nothing', () => {
  const expired = told('expired', { status: 'expired', payment_status: 'unpaid', customer: null })
  expect(factOf(expired, 'checkoutSession')?.contents).toMatchObject({ status: 'expired', paymentStatus: 'unpaid' })
  expect(factOf(expired, 'payment')).toBeUndefined()
  expect(effectsOf(expired)).toEqual([])
})

test.each([
  ['completed', 'complete', 'paid'],
  ['async_payment_succeeded', 'complete', 'paid'],
  ['async_payment_failed', 'complete', 'unpaid'],
  ['expired', 'expired', 'unpaid'],
])('a session without statuses stands as checkout.session.%s tells', (type, status, paymentStatus) => {
  expect(contentsOf(type, { status: undefined, payment_status: undefined })).toMatchObject({ status, paymentStatus })
})

test('a session keeps statuses that do not exist yet', () => {
  expect(contentsOf('completed', { status: 'napping', payment_status: 'bartered' })).toMatchObject({
    status: 'napping',
    paymentStatus: 'bartered',
  })
})
