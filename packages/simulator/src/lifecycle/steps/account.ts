import type { SentEvent } from '../../sent-event.ts'
import { stripeEvent } from '../../stripe-event.ts'
import { type CustomerState, DAY } from '../state.ts'

/** Events about accounts that are connected to a platform: https://docs.stripe.com/connect/webhooks */
export const accountSteps = {
  account_updated: (state: CustomerState) =>
    accountEvent(state, 'account.updated', {
      id: accountOf(state),
      object: 'account',
      charges_enabled: true,
      details_submitted: true,
      metadata: {},
      payouts_enabled: true,
      type: 'standard',
    }),
  authorized: (state: CustomerState) => accountEvent(state, 'account.application.authorized', APPLICATION),
  /** The owner of the account revoked the platform.s access. */
  deauthorized: (state: CustomerState) => {
    state.now += DAY
    return accountEvent(state, 'account.application.deauthorized', APPLICATION)
  },
}

const APPLICATION = { id: 'ca_1Example', object: 'application', name: 'Example' }

const accountOf = ({ id }: CustomerState): string => id('acct_', 'account')

function accountEvent(state: CustomerState, type: string, object: object): SentEvent {
  state.eventCount += 1
  return stripeEvent(type, object, {
    id: state.id('evt_', `event ${state.eventCount}`),
    created: state.now,
    apiVersion: state.version,
    account: accountOf(state),
  })
}
