import type { LateSubscription, VerifiedEvent } from '@sluice/events'
import { z } from 'zod'
import type { StripeApi } from './client.ts'
import { StripeApiError } from './error.ts'
import { fetchWithRetry } from './fetch-with-retry.ts'
import { fetchedEvent } from './fetched-event.ts'

const TYPE = 'customer.subscription.updated'

/**
 * Fetches each subscription, one after another. It may have changed without an event in Stripe's list: the event is
 * older than the list, or was never created (https://docs.stripe.com/events/manage-webhook-endpoints).
 *
 * @returns a page for each: an event with its state if the status differs or the period ends later, else empty.
 * @throws {StripeApiError}
 */
export async function* changedSubscriptions(
  api: StripeApi,
  known: LateSubscription[],
): AsyncGenerator<VerifiedEvent[]> {
  for (const one of known) yield await changed(api, one)
}

async function changed(api: StripeApi, known: LateSubscription): Promise<VerifiedEvent[]> {
  const { subscriptionId, account, livemode } = known
  try {
    const { object, date } = await fetchWithRetry(api, `/v1/subscriptions/${encodeURIComponent(subscriptionId)}`, {
      account,
    })
    if (object === null || !hasChanged(object, known)) return []
    const id = `fetch-${subscriptionId}-${date.getTime() / 1000}`
    return [fetchedEvent({ id, type: TYPE, livemode, account, cause: 'reconcile' }, object, date)]
  } catch (error) {
    if (account !== null && error instanceof StripeApiError && error.code === 'stripe_refused') return []
    throw error
  }
}

/**
 * The place of `current_period_end` depends on the API version:
 * https://docs.stripe.com/changelog/basil/2025-03-31/deprecate-subscription-current-period-start-and-end
 */
const subscription = z.object({
  status: z.string(),
  current_period_end: z.number().optional(),
  items: z.object({ data: z.array(z.object({ current_period_end: z.number().optional() })) }).optional(),
})

function hasChanged(object: Record<string, unknown>, { status, periodEnd }: LateSubscription): boolean {
  const { data } = subscription.safeParse(object)
  if (data === undefined) return false
  const end = data.items?.data[0]?.current_period_end ?? data.current_period_end ?? 0
  return data.status !== status || end * 1000 > periodEnd.getTime()
}
