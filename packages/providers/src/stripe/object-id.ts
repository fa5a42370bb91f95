import { idOf, isObject } from '../text.ts'

/**
 * The object that a snapshot event carries, or a thin one names
 * (https://docs.stripe.com/api/events/object#event_object-data).
 */
export function stripeObjectId(payload: unknown): string | undefined {
  if (!isObject(payload)) return undefined
  const { data, related_object: related } = payload
  return idOf(isObject(data) ? data['object'] : related) ?? undefined
}
