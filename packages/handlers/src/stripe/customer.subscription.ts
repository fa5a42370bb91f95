import { type Handler, processed, type SubscriptionContents } from '@sluice/events'
import { read } from '../failure.ts'
import { dataOf, originOf } from './object.ts'
import { previousOf } from './previous-attributes.ts'
import { contentsOf, Subscription } from './subscription.ts'

/** The statuses that a subscription never leaves: https://docs.stripe.com/billing/subscriptions/overview */
const TERMINAL = ['canceled', 'incomplete_expired']

/** A subscription began, changed or ended. The object says how it stands; the type only that it is over. */
export const onSubscription: Handler = (event) => {
  const { object, previous_attributes } = dataOf(event)
  const subscription = read(Subscription, object, 'subscription')
  const present = contentsOf(subscription)
  const isUpdate = event.type.endsWith('.updated')
  const origin = originOf(event)
  const userId = subscription.metadata?.user_id

  return processed([
    {
      ...origin,
      kind: 'customer',
      customerId: subscription.customer,
      ...(userId && { link: { userId, by: 'metadata' as const } }),
    },
    {
      ...origin,
      kind: 'subscription',
      subscriptionId: subscription.id,
      customerId: subscription.customer,
      contents: event.type.endsWith('.deleted') ? ended(present) : present,
      previous: isUpdate ? previousOf(object, previous_attributes ?? {}, present) : {},
    },
  ])
}

const ended = (contents: SubscriptionContents): SubscriptionContents =>
  TERMINAL.includes(contents.status) ? contents : { ...contents, status: 'canceled' }
