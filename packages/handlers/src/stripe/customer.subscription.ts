import {
  type Handler,
  hasSubscriptionEnded,
  hasSubscriptionStarted,
  processed,
  type ReceivedEvent,
  type SubscriptionContents,
} from '@sluice/events'
import { read } from '../read.ts'
import { customerNamed } from './customer-named.ts'
import { dataOf, originOf } from './object.ts'
import { previousOf } from './previous-attributes.ts'
import { contentsOf, Subscription } from './subscription.ts'
import { ownLinks } from './user-links.ts'

/**
 * A subscription was created, updated, paused, resumed or ended.
 *
 * The object contains the state. The event type matters only for a subscription that has ended.
 */
export const onSubscription: Handler = (event) => processed(factsOfSubscription(event))

/** The subscription, and the customer that it names. */
export function factsOfSubscription(event: ReceivedEvent) {
  const { object, previous_attributes } = dataOf(event)
  const subscription = read(Subscription, object, 'subscription')
  const { id, customer, metadata } = subscription
  const present = contentsOf(subscription)
  const origin = originOf(event)
  const isOver = event.type.endsWith('.deleted')
  const links = ownLinks(subscription, previous_attributes)
  const since = links.some(({ isChange }) => isChange) ? null : (subscription.created ?? null)
  const named = customerNamed({ customerId: customer, userId: metadata?.user_id, since }, origin)

  return [
    ...named.map((fact) => (hasSubscriptionStarted(present.status) ? { ...fact, isSubscriber: true as const } : fact)),
    {
      kind: 'subscription' as const,
      subscriptionId: id,
      customerId: customer,
      contents: isOver ? ended(present) : present,
      previous: isOver ? {} : previousOf(object, previous_attributes ?? {}, present),
      ...(links.length > 0 && { links }),
      ...origin,
    },
  ]
}

const ended = (contents: SubscriptionContents): SubscriptionContents =>
  hasSubscriptionEnded(contents.status) ? contents : { ...contents, status: 'canceled' }
