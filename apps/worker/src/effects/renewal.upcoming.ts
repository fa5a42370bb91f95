import { loadBilledSubscription } from '@sluice/database/records'
import { renewalUpcomingLetter } from '../outbound/mail/letters/renewal-upcoming.ts'
import type { Effector } from './effector.ts'
import { given } from './payload.ts'
import { tell } from './tell.ts'

/** A subscription renews soon: the customer learns when and for how much. */
export const tellRenewalUpcoming: Effector = async (message, tools) => {
  const subscription = await loadBilledSubscription(tools.pool, given(message, 'subscriptionId'))
  if (!subscription?.isActive) return 'obsolete: the subscription is not active'
  const composition = renewalUpcomingLetter({
    renewsAt: new Date(given(message, 'periodEnd')),
    amount: BigInt(given(message, 'amount')),
    currency: given(message, 'currency'),
    isTest: subscription.livemode === false,
  })
  return tell(message, tools, { kind: 'renewal.upcoming', to: subscription.email, composition })
}
