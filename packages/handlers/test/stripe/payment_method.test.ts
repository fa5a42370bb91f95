import { describe, expect, test } from '@jest/globals'
import { paymentMethod } from '../../src/samples/stripe-objects.ts'
import { factsOf, MONDAY, stripe } from '../received.ts'

const told = (type: string, fields: Record<string, unknown> = {}, previous?: unknown) =>
  factsOf(stripe(`payment_method.${type}`, paymentMethod(fields), previous))

describe('a means to pay', () => {
  test.each(['attached', 'updated', 'automatically_updated'])('that is %s shows its card in short', (type) => {
    expect(told(type)).toEqual([
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

  test('that is detached names its customer among what was replaced', () => {
    const fields = { customer: null }
    expect(told('detached', fields, { customer: 'cus_1' })).toMatchObject([{ customerId: 'cus_1', detached: true }])
    expect(told('detached', fields, { customer: { id: 'cus_1' } })).toMatchObject([{ customerId: 'cus_1' }])
  })

  test.each([undefined, {}, { customer: 7 }])('that is detached may not say from whom: %p', (previous) => {
    expect(told('detached', { customer: null }, previous)).toMatchObject([{ customerId: null, detached: true }])
  })

  test('need not be a card, and a card need not show all', () => {
    expect(told('attached', { type: 'barter', card: undefined })).toMatchObject([{ type: 'barter', card: null }])
    const bare = { brand: null, last4: null, expMonth: null, expYear: null }
    expect(told('attached', { card: {} })).toMatchObject([{ card: bare }])
  })
})
