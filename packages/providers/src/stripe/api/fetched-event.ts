import { RefusalError, type VerifiedEvent } from '@sluice/events'
import { readStripeEvent } from '../event.ts'

/** That of the SDK, which is loaded with the first request because it would slow the start of a worker. */
export const API_VERSION = '2026-10-28.endive'

export interface FetchedFor {
  /** Event id in the inbox. */
  id: string
  type: string
  livemode: boolean | null
  account: string | null
  /** Id of the event or object that it was fetched for. */
  cause: string
}

/**
 * Wraps a fetched object in the snapshot event that Stripe would have sent at that second. It is stored in the inbox
 * like any other event, so that a replay does not fetch it again.
 */
export function fetchedEvent(
  { id, type, livemode, account, cause }: FetchedFor,
  object: Record<string, unknown>,
  date: Date,
): VerifiedEvent {
  const event = {
    id,
    object: 'event',
    ...(account && { account }),
    api_version: API_VERSION,
    created: Math.floor(date.getTime() / 1000),
    data: { object },
    livemode,
    request: null,
    type,
  }
  const headers = { 'sluice-fetched-for': cause }
  return { ...readStripeEvent(event), headers, rawBody: Buffer.from(JSON.stringify(event)) }
}

/**
 * An event from Stripe's list (https://docs.stripe.com/api/events/object), as its webhook would have delivered it; null if
 * ingest would have refused it.
 *
 * @param cause the reason why it was fetched
 */
export function sentEvent(event: object, account: string | null, cause: string): VerifiedEvent | null {
  const whole = { ...event, ...(account && { account }) }
  const headers = { 'sluice-fetched-for': cause }
  try {
    return { ...readStripeEvent(whole), headers, rawBody: Buffer.from(JSON.stringify(whole)) }
  } catch (error) {
    if (error instanceof RefusalError) return null
    throw error
  }
}
