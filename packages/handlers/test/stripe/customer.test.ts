import { describe, expect, test } from '@jest/globals'
import { customer } from '../../src/samples/stripe-objects.ts'
import { factsOf, MONDAY, stripe } from '../received.ts'

const received = (type: string, fields: Record<string, unknown> = {}) =>
  factsOf(stripe(`customer.${type}`, customer(fields)))

describe('a customer', () => {
  test.each(['created', 'updated'])('that is %s has its e-mail address and its user', (type) => {
    expect(received(type)).toEqual([
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

  test('may have no e-mail address and no user', () => {
    const [fact] = received('updated', { email: undefined, metadata: {} })
    expect(fact).toMatchObject({ contact: { email: null, deleted: false } })
    expect(fact).not.toHaveProperty('link')
  })

  test('is deleted by the type of its event', () => {
    for (const deleted of [undefined, true])
      expect(received('deleted', { deleted })).toMatchObject([{ contact: { deleted: true } }])
  })

  test('that was deleted before its update was rendered is deleted too', () => {
    expect(received('updated', { deleted: true })).toMatchObject([{ contact: { deleted: true } }])
  })
})
