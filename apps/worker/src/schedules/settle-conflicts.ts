import { appendEvent } from '@sluice/database/inbox'
import { leaseUndecidedSubscriptions, type UndecidedSubscription } from '@sluice/database/reconcile'
import { fetchedEvent } from '@sluice/providers/stripe/api'
import { reasonOf, type ThrottledLogger } from '@sluice/runtime/logger'
import type { Fetching } from '../events/thin-event.ts'
import { type Repeated, repeat } from './repeat.ts'

export type TieSettling = Fetching & { fetchObject: NonNullable<Fetching['fetchObject']> }

/** In one round; the others are leased by the next. */
const TIES_AT_ONCE = 20

const TYPE = 'customer.subscription.updated'

/** A timer of its own: a slow Stripe must not hold up the sweep. Without a key nobody is asked. */
export function startTieSettling(
  { fetchObject, ...fetching }: Fetching,
  intervalMs: number,
  throttledLog: ThrottledLogger,
): Repeated {
  const work = async () => {
    if (fetchObject) await settleTies({ ...fetching, fetchObject })
  }
  return repeat(work, intervalMs, (error) => throttledLog.warn('Request to Stripe failed', { reason: reasonOf(error) }))
}

/**
 * Snapshots of one second that contradict each other leave a subscription undecided
 * (https://docs.stripe.com/webhooks#event-ordering). One question for each, however many events tie: the answer is of a
 * later second, and so wins as any later snapshot does.
 *
 * @throws {StripeApiError} and asks no more: what is left comes again when its lease is over.
 */
export async function settleTies(settling: TieSettling): Promise<void> {
  for (const tie of await leaseUndecidedSubscriptions(settling.pool, TIES_AT_ONCE)) {
    const { account, livemode } = tie
    if (settling.outOfScope({ provider: 'stripe', type: TYPE, account, livemode }) === null) await settle(settling, tie)
  }
}

async function settle({ pool, producer, fetchObject }: TieSettling, tie: UndecidedSubscription): Promise<void> {
  const { subscriptionId, account, livemode, since } = tie
  const fetched = await fetchObject(`/v1/subscriptions/${encodeURIComponent(subscriptionId)}`, { account })
  if (!fetched.object || fetched.date <= since) return // of the same second it would be one more that contradicts
  const second = fetched.date.getTime() / 1000
  const origin = { id: `fetch-${subscriptionId}-${second}`, type: TYPE, livemode, account, cause: subscriptionId }
  const event = fetchedEvent(origin, fetched.object, fetched.date)
  const id = await appendEvent(pool, event)
  await producer.enqueue({ provider: 'stripe', eventId: event.eventId, type: TYPE, id }).catch(() => {}) // it is swept
}
