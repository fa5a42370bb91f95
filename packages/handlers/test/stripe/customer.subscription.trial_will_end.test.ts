import { describe, expect, test } from '@jest/globals'
import { DAY, subscription } from '../../src/samples/stripe-objects.ts'
import { effectsOf, factOf, SECOND, stripe } from '../received.ts'

const END = SECOND + 3 * DAY
const ending = (fields: Record<string, unknown> = {}) =>
  stripe('customer.subscription.trial_will_end', subscription({ status: 'trialing', trial_end: END, ...fields }))

describe('a trial that ends', () => {
  test('reminds the customer once per end, unless a payment method is known a moment later', () => {
    expect(effectsOf(ending())).toEqual([
      {
        key: `trial_ending:sub_1:${END}:test`,
        kind: 'trial.ending',
        payload: { subscriptionId: 'sub_1', trialEnd: new Date(END * 1000).toISOString() },
        waitSeconds: 10,
      },
    ])
  })

  test('records the subscription', () => {
    expect(factOf(ending(), 'subscription')?.contents.status).toBe('trialing')
    expect(factOf(ending(), 'customer')?.customerId).toBe('cus_1')
  })

  test.each([
    ['is over', { status: 'active' }],
    ['has a status that does not exist yet', { status: 'tasting' }],
    ['says no end', { trial_end: null }],
  ])('sends no reminder when it %s', (_case, fields) => {
    expect(effectsOf(ending(fields))).toEqual([])
  })
})
