import { expect, test } from '@jest/globals'
import { processed, type ReceivedEvent } from '@sluice/events'
import { within } from '../src/scope.ts'

const EVENT: ReceivedEvent = {
  provider: 'stripe',
  eventId: 'evt_1',
  type: 'invoice.payment_failed',
  account: 'acct_1',
  livemode: true,
  apiVersion: null,
  occurredAt: null,
  payload: {},
}
const ALL = { livemode: undefined, accounts: [], eventTypes: [] }

test.each([
  ['another mode', { ...ALL, livemode: false }, 'other mode'],
  ['an account that is not listed', { ...ALL, accounts: ['acct_2'] }, 'account not in STRIPE_ACCOUNTS'],
  [
    'a type that is not listed',
    { ...ALL, eventTypes: ['invoice.paid', 'customer.*'] },
    'type not in STRIPE_EVENT_TYPES',
  ],
])('ignores an event of %s, and says why', (_what, scope, reason) => {
  expect(within(scope, () => processed([]))(EVENT)).toEqual({ outcome: 'ignored', reason })
})

test.each([
  ['everything is in scope', ALL],
  ['mode, account and type are', { livemode: true, accounts: ['acct_1'], eventTypes: ['invoice.payment_*'] }],
])('hands it on when %s', (_what, scope) => {
  expect(within(scope, () => processed([]))(EVENT)).toMatchObject({ outcome: 'processed' })
})

test('has no say about other providers', () => {
  const event = { ...EVENT, provider: 'replicate', livemode: null }
  expect(within({ ...ALL, livemode: false, eventTypes: ['none'] }, () => processed([]))(event)).toMatchObject({
    outcome: 'processed',
  })
})
