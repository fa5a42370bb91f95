import type { SubscriptionContents } from '@sluice/events'
import { contentsOf, Subscription } from './subscription.ts'

type Json = Record<string, unknown>

/**
 * The previous values of the columns that the event changed: the previous subscription is read like the current one,
 * and both are compared. If it cannot be read, the result is empty, because previous values only help to order events.
 */
export function previousOf(
  object: Json,
  attributes: Json,
  present: SubscriptionContents,
): Partial<SubscriptionContents> {
  if (Object.keys(attributes).length === 0) return {}
  const past = Subscription.safeParse(asItWas(object, attributes))
  if (!past.success) return {}
  const changed = Object.entries(contentsOf(past.data)).filter(
    ([column, value]) => !isEqual(value, present[column as keyof SubscriptionContents]),
  )
  return Object.fromEntries(changed)
}

/**
 * Old API versions have the previous plan on the subscription instead of its items. Items are read first, so the
 * previous plan is copied into them. Only a subscription with a single plan has `plan`, so it applies to every item.
 */
function asItWas(object: Json, attributes: Json): Json {
  const past = { ...object, ...attributes, ...pastPlan(object, attributes) }
  if ('items' in attributes || !isObject(object['items'])) return past
  const items = Array.isArray(object['items']['data']) ? object['items']['data'].filter(isObject) : []
  return { ...past, items: { data: items.map((item) => ({ ...item, ...pastItem(item, attributes) })) } }
}

function pastItem(item: Json, attributes: Json): Json {
  const plan = pastPlan(item, attributes)
  return {
    ...plan,
    ...('plan' in plan && { price: null }),
    ...('quantity' in attributes && { quantity: attributes['quantity'] }),
  }
}

/** `previous_attributes` has only the changed fields of a nested object. */
const pastPlan = (holder: Json, { plan }: Json): Json =>
  isObject(plan) ? { plan: { ...(isObject(holder['plan']) ? holder['plan'] : {}), ...plan } } : {}

/** Values of columns are text, numbers, booleans, null, or lists of such. */
const isEqual = (one: unknown, other: unknown): boolean =>
  one === other || (Array.isArray(one) && JSON.stringify(one) === JSON.stringify(other))

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null
