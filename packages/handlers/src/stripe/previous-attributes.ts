import type { SubscriptionContents } from '@sluice/events'
import { contentsOf, Subscription } from './subscription.ts'

type Json = Record<string, unknown>

/**
 * The old values of the columns that the event changed: the past subscription is read like the present one and compared.
 * A past that cannot be read has no old values: they only help to order events.
 */
export function previousOf(
  object: Json,
  attributes: Json,
  present: SubscriptionContents,
): Partial<SubscriptionContents> {
  const past = Subscription.safeParse(asItWas(object, attributes))
  if (!past.success) return {}
  const changed = Object.entries(contentsOf(past.data)).filter(
    ([column, value]) => value !== present[column as keyof SubscriptionContents],
  )
  return Object.fromEntries(changed)
}

/**
 * Old API versions name the past plan on the subscription and not in its items, but items are read first, so the past
 * plan is written into them. Only a subscription with one plan has a `plan` of its own, so it applies to every item.
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

/** Of a nested object, `previous_attributes` has only the changed fields. */
const pastPlan = (holder: Json, { plan }: Json): Json =>
  isObject(plan) ? { plan: { ...(isObject(holder['plan']) ? holder['plan'] : {}), ...plan } } : {}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null
