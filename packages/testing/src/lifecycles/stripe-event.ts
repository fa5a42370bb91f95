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

/** The newest API version that these payloads are shaped like. */
const API_VERSION = '2026-10-28.endive'

/** A snapshot event around `object`, printed as Stripe prints it: https://docs.stripe.com/api/events/object */
export function stripeEvent(
  type: string,
  object: object,
  { id, created, previous, account, livemode = false, apiVersion = API_VERSION }: StripeEventOptions,
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
