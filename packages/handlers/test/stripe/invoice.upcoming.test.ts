import { describe, expect, test } from '@jest/globals'
import { DAY, upcomingInvoice } from '../../src/samples/stripe-objects.ts'
import { effectsOf, factsOf, SECOND, stripe } from '../received.ts'

const RENEWAL = SECOND + 7 * DAY
const upcoming = (fields: Record<string, unknown> = {}) => stripe('invoice.upcoming', upcomingInvoice(fields))
const oldPlaces = {
  parent: undefined,
  subscription: 'sub_1',
  subscription_details: { metadata: { user_id: 'user-1' } },
}

describe('an upcoming invoice', () => {
  test.each([
    ['new', upcoming()],
    ['old', upcoming(oldPlaces)],
  ])('without an id notifies the customer of the renewal once per period: %s shape', (_shape, event) => {
    expect(effectsOf(event)).toEqual([
      {
        key: `renewal:sub_1:${RENEWAL}:test`,
        kind: 'renewal.upcoming',
        payload: {
          subscriptionId: 'sub_1',
          periodEnd: new Date(RENEWAL * 1000).toISOString(),
          amount: '1900',
          currency: 'usd',
          customerId: 'cus_1',
          customerEmail: 'ada@example.com',
        },
        waitSeconds: 10,
      },
    ])
    expect(factsOf(event)).toMatchObject([{ kind: 'customer', links: [{ userId: 'user-1', by: 'metadata' }] }])
  })

  test.each([
    ['of no subscription', { parent: null }],
    ['without the end of its period', { period_end: null }],
  ])('%s sends no e-mail', (_case, fields) => {
    expect(effectsOf(upcoming(fields))).toEqual([])
  })

  test('may have no customer', () => {
    expect(factsOf(upcoming({ customer: null }))).toEqual([])
  })
})
