import { appendEvent } from '@sluice/database/inbox'
import { leaseUndecidedSubscriptions, type UndecidedSubscription } from '@sluice/database/reconcile'
import { fetchedEvent } from '@sluice/providers/stripe/api'
import { reasonOf, type ThrottledLogger } from '@sluice/runtime/logger'
import type { Fetching } from '../events/thin-event.ts'
import { type Repeated, repeat } from './repeat.ts'

export type ConflictSettling = Fetching & { fetchObject: NonNullable<Fetching['fetchObject']> }

/** Maximum number of subscriptions per round. The next round takes others. */
const CONFLICTS_AT_ONCE = 20

const TYPE = 'customer.subscription.updated'

/** Runs on a separate timer, so that a slow Stripe API does not delay the sweep. Does nothing without a key. */
export function startSettlingConflicts(
  { fetchObject, ...fetching }: Fetching,
  intervalMs: number,
  throttledLog: ThrottledLogger,
): Repeated {
  const work = async () => {
    if (fetchObject) await settleConflicts({ ...fetching, fetchObject })
  }
  return repeat(work, intervalMs, (error) => throttledLog.warn('Request to Stripe failed', { reason: reasonOf(error) }))
}

/**
 * Snapshots of the same second that contradict each other leave a subscription undecided
 * (https://docs.stripe.com/webhooks#event-ordering). Fetches each of these subscriptions once, however many events
 * conflict. The fetched state has a later time, so it wins.
 *
 * @throws {StripeApiError} and leaves the remaining subscriptions to a later round, after their lease has expired.
 */
export async function settleConflicts(settling: ConflictSettling): Promise<void> {
  for (const conflict of await leaseUndecidedSubscriptions(settling.pool, CONFLICTS_AT_ONCE)) {
    const { account, livemode } = conflict
    if (settling.outOfScope({ provider: 'stripe', type: TYPE, account, livemode }) === null)
      await settle(settling, conflict)
  }
}

async function settle(
  { pool, producer, fetchObject }: ConflictSettling,
  conflict: UndecidedSubscription,
): Promise<void> {
  const { subscriptionId, account, livemode, since } = conflict
  const fetched = await fetchObject(`/v1/subscriptions/${encodeURIComponent(subscriptionId)}`, { account })
  if (!fetched.object || fetched.date <= since) return // a state of the same second would only add a conflict
  const second = fetched.date.getTime() / 1000
  const origin = { id: `fetch-${subscriptionId}-${second}`, type: TYPE, livemode, account, cause: subscriptionId }
  const event = fetchedEvent(origin, fetched.object, fetched.date)
  const id = await appendEvent(pool, event)
  const { provider, eventId, type } = event
  await producer.enqueue({ provider, eventId, type, id }).catch(() => {}) // the sweeper finds it
}
