import { expect, test } from '@jest/globals'
import { decide } from '../../src/index.ts'
import { factsOf, MONDAY, stripe } from '../received.ts'

const received = (type: string, object: object) => ({ ...stripe(type, object), account: 'acct_1' })

test.each([
  ['account.updated', { id: 'acct_1' }, { deauthorized: false }],
  ['account.application.authorized', { id: 'ca_1' }, { deauthorized: false, isAuthorization: true }],
  ['account.application.deauthorized', { id: 'ca_1' }, { deauthorized: true }],
])('%s records whether the account authorizes the platform', (type, object, said) => {
  expect(factsOf(received(type, object))).toEqual([
    {
      kind: 'connectedAccount',
      account: 'acct_1',
      livemode: false,
      occurredAt: MONDAY,
      accountId: 'acct_1',
      ...said,
    },
  ])
})

test('an event of the own account is ignored', () => {
  expect(decide(stripe('account.updated', { id: 'acct_1' }))).toEqual({
    outcome: 'ignored',
    reason: 'the event names no connected account',
  })
})
