import { describe, expect, test } from '@jest/globals'
import { refund } from '../../src/samples/stripe-objects.ts'
import { allOf, factOf, MONDAY, stripe } from '../received.ts'

const received = (type: string, fields: Record<string, unknown> = {}) => stripe(type, refund(fields))
const statusOf = (type: string, status: string | null) => factOf(received(type, { status }), 'refund')?.status

describe('a refund', () => {
  test.each(['refund.created', 'refund.updated', 'charge.refund.updated'])('is recorded from %s', (type) => {
    expect(factOf(received(type), 'refund')).toEqual({
      kind: 'refund',
      account: null,
      livemode: false,
      occurredAt: MONDAY,
      refundId: 're_1',
      chargeId: 'ch_1',
      paymentIntentId: 'pi_1',
      amount: 500,
      currency: 'usd',
      status: 'succeeded',
    })
  })

  test('is linked to its payment by its payment intent and its charge', () => {
    const references = allOf(received('refund.created'), 'paymentReference')
    expect(references).toMatchObject([{ reference: 'pi_1' }, { reference: 'ch_1' }])
    expect(references[0]).not.toHaveProperty('succeeded')
  })

  test('that names neither is recorded too', () => {
    const event = received('refund.created', { charge: null, payment_intent: null })
    expect(factOf(event, 'refund')).toMatchObject({ chargeId: null, paymentIntentId: null })
    expect(allOf(event, 'paymentReference')).toEqual([])
  })

  test('has failed by the type of its event', () => {
    for (const status of ['failed', 'succeeded', null]) expect(statusOf('refund.failed', status)).toBe('failed')
    expect(statusOf('refund.failed', 'canceled')).toBe('canceled')
  })

  test('has a fee if the event contains its balance transaction', () => {
    const feeOf = (balance_transaction: unknown) =>
      factOf(received('refund.created', { balance_transaction }), 'refund')?.fee
    expect(feeOf({ id: 'txn_1', amount: -500, fee: -15, net: -485, currency: 'gbp' })).toEqual({
      amount: -15,
      currency: 'gbp',
    })
    for (const none of ['txn_1', null, { amount: -500, fee: 0 }]) expect(feeOf(none)).toBeUndefined()
  })

  test('accepts a status that does not exist yet, and has succeeded if it has none', () => {
    expect(statusOf('refund.updated', 'on_hold')).toBe('on_hold')
    expect(statusOf('refund.updated', null)).toBe('succeeded')
  })
})
