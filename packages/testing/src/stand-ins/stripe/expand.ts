import { refuse } from './refusal.ts'
import type { StripeObject } from './stripe-object.ts'

const DEPTH_MAX = 4

export interface Expansion {
  findById(id: string): StripeObject | undefined
  /** Fields that an object has only if they are asked for: the list at a path. */
  listAt(path: string): unknown
}

/**
 * Puts objects in the place of their ids, as `expand[]` asks: https://docs.stripe.com/api/expanding_objects.
 * Paths of a list begin with `data`.
 *
 * @throws a refusal
 */
export function expand<T extends object>(answer: T, query: URLSearchParams, expansion: Expansion): T {
  for (const [name, path] of query) {
    if (!/^expand\[\d*\]$/.test(name)) continue
    const fields = path.split('.')
    if (fields.length > DEPTH_MAX) cannotExpand(path, 'You cannot expand more than 4 levels of a property.')
    expandFields(answer as Record<string, unknown>, fields, path, expansion)
  }
  return answer
}

function expandFields(value: Record<string, unknown>, fields: string[], path: string, expansion: Expansion): void {
  const [field, ...rest] = fields
  if (field === undefined) return
  if (value[field] === undefined) value[field] = includable(value, field, path, expansion)
  value[field] = Array.isArray(value[field])
    ? value[field].map((one) => objectOf(one, expansion))
    : objectOf(value[field], expansion)
  for (const one of [value[field]].flat()) if (isObject(one)) expandFields(one, rest, path, expansion)
}

const objectOf = (value: unknown, { findById }: Expansion): unknown =>
  typeof value === 'string' ? (findById(value) ?? value) : value

const INCLUDABLE: Record<string, string> = {
  'invoice payments': '/v1/invoice_payments?invoice',
  'charge refunds': '/v1/refunds?charge',
  'customer subscriptions': '/v1/subscriptions?customer',
}

/** https://docs.stripe.com/api/expanding_objects: "some available fields aren't included by default". */
function includable(value: Record<string, unknown>, field: string, path: string, { listAt }: Expansion): unknown {
  const list = INCLUDABLE[`${value['object']} ${field}`]
  if (list === undefined) cannotExpand(path, `This property cannot be expanded (${path}).`)
  return listAt(`${list}=${value['id']}`)
}

const cannotExpand = (path: string, message: string) => refuse(400, message, { param: `expand (${path})` })

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
