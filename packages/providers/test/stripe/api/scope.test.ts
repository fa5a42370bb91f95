import { expect, test } from '@jest/globals'
import { processed, type ReceivedEvent } from '@sluice/events'
import { outOfScope, type Scope, within } from '../../../src/stripe/api/scope.ts'

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
const ALL: Scope = { livemode: undefined, accounts: [], eventTypes: [] }

const scoped = (scope: Scope) => within(outOfScope(scope), () => processed([]))

test.each([
  ['another mode', { ...ALL, livemode: false }, 'other mode'],
  ['an account that is not listed', { ...ALL, accounts: ['acct_2'] }, 'account not in STRIPE_ACCOUNTS'],
  [
    'a type that is not listed',
    { ...ALL, eventTypes: ['invoice.paid', 'customer.*'] },
    'type not in STRIPE_EVENT_TYPES',
  ],
])('ignores an event of %s, and says why', (_what, scope, reason) => {
  expect(scoped(scope)(EVENT)).toEqual({ outcome: 'ignored', reason })
})

test.each([
  ['everything is in scope', ALL],
  ['mode, account and type are', { livemode: true, accounts: ['acct_1'], eventTypes: ['invoice.payment_*'] }],
])('hands it on when %s', (_what, scope) => {
  expect(scoped(scope)(EVENT)).toMatchObject({ outcome: 'processed' })
})

test('has no say about other providers', () => {
  const event = { ...EVENT, provider: 'replicate', livemode: null }
  expect(scoped({ ...ALL, livemode: false, eventTypes: ['none'] })(event)).toMatchObject({
    outcome: 'processed',
  })
})

test('a thin event is matched by the type of its snapshot event', () => {
  const thin = { ...EVENT, type: 'v1.invoice.payment_failed' }
  expect(outOfScope({ ...ALL, eventTypes: ['invoice.payment_*'] })(thin)).toBeNull()
  expect(outOfScope({ ...ALL, eventTypes: ['invoice.paid'] })(thin)).toBe('type not in STRIPE_EVENT_TYPES')
})

test('what has no mode, and what is of one’s own account, is never out of it', () => {
  const own = { ...EVENT, account: null, livemode: null }
  expect(outOfScope({ livemode: true, accounts: ['acct_2'], eventTypes: [] })(own)).toBeNull()
})
