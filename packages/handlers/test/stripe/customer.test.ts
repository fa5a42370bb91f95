import { describe, expect, test } from '@jest/globals'
import { customer } from '../../src/samples/stripe-objects.ts'
import { factsOf, MONDAY, stripe } from '../received.ts'

const told = (type: string, fields: Record<string, unknown> = {}) =>
  factsOf(stripe(`customer.${type}`, customer(fields)))

describe('a customer', () => {
  test.each(['created', 'updated'])('that is %s brings its address, and its user', (type) => {
    expect(told(type)).toEqual([
      {
        kind: 'customer',
        account: null,
        livemode: false,
        occurredAt: MONDAY,
        customerId: 'cus_1',
        contact: { email: 'ada@example.com', deleted: false },
        link: { userId: 'user-1', by: 'metadata' },
      },
    ])
  })

  test('may have no address, and belong to nobody we know', () => {
    const [fact] = told('updated', { email: undefined, metadata: {} })
    expect(fact).toMatchObject({ contact: { email: null, deleted: false } })
    expect(fact).not.toHaveProperty('link')
  })

  test('that is deleted is gone because the type says so', () => {
    for (const deleted of [undefined, true])
      expect(told('deleted', { deleted })).toMatchObject([{ contact: { deleted: true } }])
  })

  test('that was deleted by the time its update was rendered is gone as well', () => {
    expect(told('updated', { deleted: true })).toMatchObject([{ contact: { deleted: true } }])
  })
})
