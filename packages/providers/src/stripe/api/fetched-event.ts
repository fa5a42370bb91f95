import type { VerifiedEvent } from '@sluice/events'
import Stripe from 'stripe'
import { readStripeEvent } from '../event.ts'

export interface FetchedFor {
  /** The id it has in the inbox. */
  id: string
  type: string
  livemode: boolean | null
  account: string | null
  /** What it was fetched for: an event, or an object. */
  cause: string
}

/**
 * A fetched object as the snapshot event that Stripe would have made of it at that second. It goes into the inbox like
 * one that was sent, so that a replay finds there what Stripe said, and need not ask again.
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
