import type { VerifiedEvent } from '@sluice/events'
import Stripe from 'stripe'
import { readStripeEvent } from '../event.ts'

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
    api_version: Stripe.API_VERSION,
    created: Math.floor(date.getTime() / 1000),
    data: { object },
    livemode,
    request: null,
    type,
  }
  const headers = { 'sluice-fetched-for': cause }
  return { ...readStripeEvent(event), headers, rawBody: Buffer.from(JSON.stringify(event)) }
}
