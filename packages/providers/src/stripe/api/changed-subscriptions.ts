import type { LateSubscription, VerifiedEvent } from '@sluice/events'
import { z } from 'zod'
import type { StripeApi } from './client.ts'
import { StripeApiError } from './error.ts'
import { fetchedEvent } from './fetched-event.ts'
import { getPatiently } from './get-patiently.ts'

const TYPE = 'customer.subscription.updated'

/**
 * Asks of each how it stands now, one after the other, for what no event in the list tells: it is older than the list, or
 * Stripe never made it (https://docs.stripe.com/events/manage-webhook-endpoints).
 *
 * @returns a page for each: the event that says how it stands, where it has another status or a later period, or empty.
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
    const { object, date } = await getPatiently(api, `/v1/subscriptions/${encodeURIComponent(subscriptionId)}`, {
      account,
    })
    if (object === null || !hasMoved(object, known)) return []
    const id = `fetch-${subscriptionId}-${date.getTime() / 1000}`
    return [fetchedEvent({ id, type: TYPE, livemode, account, cause: 'reconcile' }, object, date)]
  } catch (error) {
    if (account !== null && error instanceof StripeApiError && error.code === 'stripe_refused') return []
    throw error
  }
}

/** The end of its period is where its API version has it: https://docs.stripe.com/changelog/basil/2025-03-31/deprecate-subscription-current-period-start-and-end */
const subscription = z.object({
  status: z.string(),
  current_period_end: z.number().optional(),
  items: z.object({ data: z.array(z.object({ current_period_end: z.number().optional() })) }).optional(),
})

function hasMoved(object: Record<string, unknown>, { status, periodEnd }: LateSubscription): boolean {
  const { data } = subscription.safeParse(object)
  if (data === undefined) return false
  const end = data.items?.data[0]?.current_period_end ?? data.current_period_end ?? 0
  return data.status !== status || end * 1000 > periodEnd.getTime()
}
