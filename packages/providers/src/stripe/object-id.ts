import { idOf, isObject } from '../text.ts'

/** Of what a snapshot event carries (https://docs.stripe.com/api/events/object#event_object-data), or a thin one names. */
export function stripeObjectId(payload: unknown): string | undefined {
  if (!isObject(payload)) return undefined
  const { data, related_object: related } = payload
  return idOf(isObject(data) ? data['object'] : related) ?? undefined
}
