import type { StripeObject } from './stored.ts'

const PAGING = new Set(['limit', 'starting_after', 'ending_before', 'types[]', 'delivery_success'])
const LIMIT = 10
const LIMIT_MAX = 100

/**
 * One page of a list, newest first: https://docs.stripe.com/api/pagination. `created[gte]` and its like, `types[]` and
 * `delivery_success` filter as they do at Stripe, any other parameter by a field of that name.
 *
 * @param failed ids of events that an endpoint has not accepted.
 */
export function page(objects: StripeObject[], query: URLSearchParams, url: string, failed: ReadonlySet<string>) {
  const matching = objects.filter((object) => matches(object, query, failed))
  const limit = Math.min(Number(query.get('limit') ?? LIMIT), LIMIT_MAX)
  const before = query.get('ending_before')
  if (before !== null) {
    const newer = matching.slice(0, indexOf(matching, before))
    return { object: 'list', data: newer.slice(-limit), has_more: newer.length > limit, url }
  }
  const after = query.get('starting_after')
  const older = after === null ? matching : matching.slice(indexOf(matching, after) + 1)
  return { object: 'list', data: older.slice(0, limit), has_more: older.length > limit, url }
}

const indexOf = (objects: StripeObject[], id: string): number => objects.findIndex((object) => object.id === id)

function matches(object: StripeObject, query: URLSearchParams, failed: ReadonlySet<string>): boolean {
  const types = query.getAll('types[]')
  if (types.length > 0 && !types.includes(String(object['type']))) return false
  if (query.get('delivery_success') === 'false' && !failed.has(object.id)) return false
  return [...query].every(([name, value]) => PAGING.has(name) || fits(object, name, value))
}

function fits(object: StripeObject, name: string, value: string): boolean {
  const [, field, comparison] = /^(\w+)\[(gte|gt|lte|lt)\]$/.exec(name) ?? []
  if (field === undefined) return String(object[name]) === value
  const difference = Number(object[field]) - Number(value)
  return { gte: difference >= 0, gt: difference > 0, lte: difference <= 0, lt: difference < 0 }[
    comparison as 'gte' | 'gt' | 'lte' | 'lt'
  ]
}
