import { loadBilledSubscription } from '@sluice/database/records'
import { trialEndingLetter } from '../outbound/mail/letters/trial-ending.ts'
import type { Effector } from './effector.ts'
import { given } from './payload.ts'
import { tell } from './tell.ts'

/** A trial ends soon and nothing is there to pay with: the customer is reminded to add it. */
export const tellTrialEnding: Effector = async (message, tools) => {
  const subscription = await loadBilledSubscription(tools.pool, given(message, 'subscriptionId'))
  if (subscription?.status !== 'trialing') return 'obsolete: it is no trial any more'
  if (subscription.hasPaymentMethod) return 'obsolete: there is a payment method'
  const composition = trialEndingLetter(new Date(given(message, 'trialEnd')), subscription.livemode === false)
  return tell(message, tools, { kind: 'trial.ending', to: subscription.email, composition })
}
