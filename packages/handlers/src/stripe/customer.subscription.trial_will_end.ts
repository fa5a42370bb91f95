import { type Effect, type Handler, processed, type ReceivedEvent } from '@sluice/events'
import { read } from '../read.ts'
import { factsOfSubscription } from './customer.subscription.ts'
import { effectKey, MOMENT_SECONDS } from './effect-key.ts'
import { dataOf, originOf } from './object.ts'
import { Subscription } from './subscription.ts'

/**
 * A trial ends within three days.
 *
 * A customer without a payment method is asked for one, once per end of a trial.
 *
 * https://docs.stripe.com/api/events/types#event_types-customer.subscription.trial_will_end
 */
export const onTrialWillEnd: Handler = (event) => processed(factsOfSubscription(event), reminderOf(event))

function reminderOf(event: ReceivedEvent): Effect[] {
  const subscription = read(Subscription, dataOf(event).object, 'subscription')
  const { id, status, trial_end } = subscription
  if (status !== 'trialing' || !trial_end) return []
  return [
    {
      key: effectKey(originOf(event), `trial_ending:${id}:${trial_end.getTime() / 1000}`),
      kind: 'trial.ending',
      payload: { subscriptionId: id, trialEnd: trial_end.toISOString() },
      waitSeconds: MOMENT_SECONDS,
    },
  ]
}
