import { describe, expect, test } from '@jest/globals'
import { oldPaymentIntent, paymentIntent } from '../../src/samples/stripe-objects.ts'
import { allOf, effectsOf, factOf, factsOf, MONDAY, stripe } from '../received.ts'

type Fields = Record<string, unknown>
const succeeded = (object: object) => stripe('payment_intent.succeeded', object)
const failed = (fields: Fields = {}) =>
  stripe('payment_intent.payment_failed', paymentIntent({ status: 'requires_payment_method', ...fields }))

describe('a payment intent that succeeded', () => {
  const received = { amount: 1900, currency: 'usd', customerId: 'cus_1' }

  test('is recorded as succeeded, with its charge and the money that it received, and sends no e-mail', () => {
    expect(allOf(succeeded(paymentIntent()), 'paymentReference')).toMatchObject([
      { reference: 'pi_1', invoiceId: null, succeeded: true, received },
      { reference: 'ch_1', invoiceId: null, succeeded: true },
    ])
    expect(allOf(succeeded(paymentIntent()), 'paymentReference')[1]).not.toHaveProperty('received')
    expect(effectsOf(succeeded(paymentIntent()))).toEqual([])
  })

  test('in the old shape names the invoice that it paid', () => {
    expect(allOf(succeeded(oldPaymentIntent()), 'paymentReference')).toMatchObject([
      { reference: 'pi_1', invoiceId: 'in_1' },
      { reference: 'ch_1', invoiceId: 'in_1' },
    ])
  })

  test('names its invoice as its order, unless the host gave the order another name', () => {
    const named = (order_reference: string | null) =>
      factOf(succeeded(paymentIntent({ payment_details: { order_reference } })), 'paymentReference')?.invoiceId
    expect(named('in_1')).toBe('in_1')
    expect(named('order 77')).toBeNull()
    expect(named(null)).toBeNull()
  })

  test('links its customer to the user in its metadata', () => {
    expect(factOf(succeeded(paymentIntent()), 'customer')).toMatchObject({
      customerId: 'cus_1',
      links: [{ userId: 'user-1', by: 'metadata' }],
    })
  })

  test('may have no customer and no charge', () => {
    const facts = factsOf(succeeded({ id: 'pi_1', charges: { data: [] } }))
    expect(facts).toMatchObject([{ kind: 'paymentReference', reference: 'pi_1' }])
  })
})

describe('a payment intent that failed', () => {
  test('notifies the customer ten minutes later, once, if the host created it for a user', () => {
    expect(effectsOf(failed())).toEqual([
      {
        key: 'payment_intent_failed:pi_1:test',
        kind: 'payment_intent.failed',
        payload: { paymentIntentId: 'pi_1', customerId: 'cus_1', failedAt: MONDAY.toISOString() },
        availableAt: new Date(MONDAY.getTime() + 600_000),
        waitSeconds: 10,
      },
    ])
    expect(allOf(failed(), 'paymentReference')[0]).not.toHaveProperty('succeeded')
  })

  test.each<[string, Fields]>([
    ['of nobody the host named', { metadata: {} }],
    ['of a guest', { customer: null }],
    ['of an invoice, which has its own e-mail', { invoice: 'in_1' }],
    ['that has succeeded by now', { status: 'succeeded' }],
  ])('%s sends no e-mail', (_case, fields) => {
    expect(effectsOf(failed(fields))).toEqual([])
  })

  test('that has succeeded by now is recorded as succeeded', () => {
    expect(allOf(failed({ status: 'succeeded' }), 'paymentReference')[0]).toMatchObject({ succeeded: true })
  })

  test('accepts a status that does not exist yet', () => {
    for (const status of ['haggling', null]) expect(effectsOf(failed({ status }))).toHaveLength(1)
  })
})
