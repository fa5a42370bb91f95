import { NEWEST_VERSION } from './api-version.ts'
import type { SentEvent } from './sent-event.ts'

export interface StripeEventOptions {
  id: string
  /** Unix seconds. */
  created: number
  /** `previous_attributes`: the old values of what an update changed. */
  previous?: object
  account?: string
  livemode?: boolean
  apiVersion?: string | null
}

/** A snapshot event around `object`, printed as Stripe prints it: https://docs.stripe.com/api/events/object */
export function stripeEvent(
  type: string,
  object: object,
  { id, created, previous, account, livemode = false, apiVersion = NEWEST_VERSION }: StripeEventOptions,
): SentEvent {
  const event = {
    id,
    object: 'event',
    ...(account && { account }),
    api_version: apiVersion,
    created,
    data: { object, ...(previous && { previous_attributes: previous }) },
    livemode,
    pending_webhooks: 1,
    request: { id: null, idempotency_key: null },
    type,
  }
  return { provider: 'stripe', id, type, at: new Date(created * 1000), body: JSON.stringify(event, null, 2) }
}
