import type { SentEvent } from '../sent-event.ts'
import { stripeEvent } from '../stripe-event.ts'
import { DAY, type Life } from './life.ts'

/** What platforms hear of the accounts that are connected to theirs: https://docs.stripe.com/connect/webhooks */
export const accountSteps = {
  account_updated: (life: Life) =>
    tellOfAccount(life, 'account.updated', {
      id: accountOf(life),
      object: 'account',
      charges_enabled: true,
      details_submitted: true,
      metadata: {},
      payouts_enabled: true,
      type: 'standard',
    }),
  authorized: (life: Life) => tellOfAccount(life, 'account.application.authorized', APPLICATION),
  /** Its owner took our right to act for it away. */
  deauthorized: (life: Life) => {
    life.now += DAY
    return tellOfAccount(life, 'account.application.deauthorized', APPLICATION)
  },
}

const APPLICATION = { id: 'ca_1Example', object: 'application', name: 'Example' }

const accountOf = ({ id }: Life): string => id('acct_', 'account')

function tellOfAccount(life: Life, type: string, object: object): SentEvent {
  life.told += 1
  return stripeEvent(type, object, {
    id: life.id('evt_', `event ${life.told}`),
    created: life.now,
    apiVersion: life.version,
    account: accountOf(life),
  })
}
