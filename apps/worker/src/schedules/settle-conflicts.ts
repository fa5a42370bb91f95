import { appendEvent } from '@sluice/database/inbox'
import { leaseUndecidedSubscriptions, postponeUndecided, type UndecidedSubscription } from '@sluice/database/reconcile'
import { type Fetched, fetchedEvent } from '@sluice/providers/stripe/api'
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
 * Some subscriptions are undecided: snapshots of the same second contradict each other
 * (https://docs.stripe.com/webhooks#event-ordering), no snapshot has arrived, or it lacks some of the items. Fetches each
 * of these subscriptions once, however many events there are. The fetched state has a later time, so it wins.
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
  if (!fetched.object) return postponeUndecided(pool, subscriptionId)
  if (since !== null && fetched.date <= since) return // a state of the same second would only add a conflict
  const object = await withAllItems(fetched.object, (path) => fetchObject(path, { account }))
  const second = fetched.date.getTime() / 1000
  const origin = { id: `fetch-${subscriptionId}-${second}`, type: TYPE, livemode, account, cause: subscriptionId }
  const event = fetchedEvent(origin, object, fetched.date)
  const id = await appendEvent(pool, event)
  const { provider, eventId, type } = event
  await producer.enqueue({ provider, eventId, type, id }).catch(() => {}) // the sweeper finds it
}

/** A subscription has up to twenty items, and its object the first ten of them. */
async function withAllItems(
  object: Record<string, unknown>,
  fetchObject: (path: string) => Promise<Fetched>,
): Promise<Record<string, unknown>> {
  const { items } = object as { items?: { has_more?: boolean } }
  if (!items?.has_more) return object
  const path = `/v1/subscription_items?subscription=${encodeURIComponent(String(object['id']))}&limit=100`
  const list = await fetchObject(path)
  return list.object ? { ...object, items: list.object } : object
}
