import { appendEvent } from '@sluice/database/inbox'
import { leaseSessionsWithoutLines, postponeLines, type SessionWithoutLines } from '@sluice/database/reconcile'
import { CHECKOUT_LINES_TYPE } from '@sluice/events'
import { fetchedEvent } from '@sluice/providers/stripe/api'
import { reasonOf, type ThrottledLogger } from '@sluice/runtime/logger'
import type { Fetching } from '../events/thin-event.ts'
import { type Repeated, repeat, untilNone } from './repeat.ts'

export type LineFetching = Fetching & { fetchObject: NonNullable<Fetching['fetchObject']> }

/** Maximum number of sessions per round: below the request limit of a second. */
const SESSIONS_AT_ONCE = 10

/** Runs on a separate timer, so that a slow Stripe API does not delay the sweep. Does nothing without a key. */
export function startFetchingLines(
  { fetchObject, ...fetching }: Fetching,
  intervalMs: number,
  throttledLog: ThrottledLogger,
): Repeated {
  const work = async (isStopped: () => boolean) => {
    if (fetchObject) await untilNone(() => fetchLines({ ...fetching, fetchObject }), isStopped)
  }
  return repeat(work, intervalMs, (error) => throttledLog.warn('Request to Stripe failed', { reason: reasonOf(error) }))
}

/**
 * Webhooks of Checkout come without line items (https://docs.stripe.com/checkout/fulfillment), and a price says how many
 * credits it grants. Once a price does, fetches the line items of sessions that were paid, and records them in the inbox.
 *
 * @returns the number of sessions that were looked at
 * @throws {StripeApiError} and leaves the remaining sessions to a later round, after their lease has expired.
 */
export async function fetchLines(fetching: LineFetching): Promise<number> {
  const { found, sessions } = await leaseSessionsWithoutLines(fetching.pool, SESSIONS_AT_ONCE)
  for (const session of sessions) {
    const { account, livemode } = session
    const type = 'checkout.session.completed'
    if (fetching.outOfScope({ provider: 'stripe', type, account, livemode }) === null) await fetchOf(fetching, session)
  }
  return found
}

async function fetchOf({ pool, producer, fetchObject }: LineFetching, session: SessionWithoutLines): Promise<void> {
  const { sessionId, account, livemode } = session
  // A session of mode `payment` has at most a hundred: https://docs.stripe.com/api/checkout/sessions/create
  const path = `/v1/checkout/sessions/${encodeURIComponent(sessionId)}/line_items?limit=100`
  const { object: lines, date } = await fetchObject(path, { account })
  if (!lines) return postponeLines(pool, sessionId)
  const origin = { id: `fetch-${sessionId}-lines`, type: CHECKOUT_LINES_TYPE, livemode, account, cause: sessionId }
  const event = fetchedEvent(origin, { id: sessionId, object: 'checkout.session', line_items: lines }, date)
  const id = await appendEvent(pool, event)
  await postponeLines(pool, sessionId) // before the event is processed, which locks the session
  const { provider, eventId, type } = event
  await producer.enqueue({ provider, eventId, type, id }).catch(() => {}) // the sweeper finds it
}
