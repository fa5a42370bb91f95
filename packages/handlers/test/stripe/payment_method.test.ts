import { describe, expect, test } from '@jest/globals'
import { paymentMethod } from '../../src/samples/stripe-objects.ts'
import { factsOf, MONDAY, stripe } from '../received.ts'

const received = (type: string, fields: Record<string, unknown> = {}, previous?: unknown) =>
  factsOf(stripe(`payment_method.${type}`, paymentMethod(fields), previous))

describe('a payment method', () => {
  test.each(['attached', 'updated', 'automatically_updated'])('that is %s has a summary of its card', (type) => {
    expect(received(type)).toEqual([
      {
        kind: 'paymentMethod',
        account: null,
        livemode: false,
        occurredAt: MONDAY,
        paymentMethodId: 'pm_1',
        customerId: 'cus_1',
        type: 'card',
        card: { brand: 'visa', last4: '4242', expMonth: 12, expYear: 2030 },
        detached: false,
      },
    ])
  })

  test('that is detached names its customer in the previous attributes', () => {
    const fields = { customer: null }
    expect(received('detached', fields, { customer: 'cus_1' })).toMatchObject([{ customerId: 'cus_1', detached: true }])
    expect(received('detached', fields, { customer: { id: 'cus_1' } })).toMatchObject([{ customerId: 'cus_1' }])
  })

  test.each([undefined, {}, { customer: 7 }])('that is detached may have no customer: %p', (previous) => {
    expect(received('detached', { customer: null }, previous)).toMatchObject([{ customerId: null, detached: true }])
  })

  test('may be no card, and a card may lack fields', () => {
    expect(received('attached', { type: 'barter', card: undefined })).toMatchObject([{ type: 'barter', card: null }])
    const bare = { brand: null, last4: null, expMonth: null, expYear: null }
    expect(received('attached', { card: {} })).toMatchObject([{ card: bare }])
  })
})
