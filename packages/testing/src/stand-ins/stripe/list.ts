import { type Collection, type Entry, newestFirst } from './collection.ts'
import { LISTS, type ListRules } from './list-rules.ts'
import { refuse } from './refusal.ts'
import type { StripeObject } from './stripe-object.ts'

const PAGING = ['limit', 'starting_after', 'ending_before', 'expand']
const LIMIT = 10
const LIMIT_MAX = 100
const TIME = /^created(?:\[(gte|gt|lte|lt)\])?$/

/** One page of a list, newest first: https://docs.stripe.com/api/pagination. @throws a refusal */
export function page(collection: Collection, path: string, query: URLSearchParams, failed: ReadonlySet<string>) {
  const rules = LISTS[path]
  checkParameters(query, rules)
  const limit = limitOf(query)
  const before = cursorOf(collection, query, 'ending_before')
  const after = cursorOf(collection, query, 'starting_after')
  const isTimed = [...query.keys()].some((name) => TIME.test(name))
  const found = candidates(collection, query, rules).filter(
    (entry) =>
      !entry.isDeleted &&
      (!isTimed || isInTime(entry, query)) &&
      (!before || newestFirst(entry, before) < 0) &&
      (!after || newestFirst(entry, after) > 0),
  )
  const matches = (object: StripeObject) => fits(object, query, rules, failed)
  const data = firstOf(collection, before ? found.reverse() : found, matches, limit + 1)
  const onPage = data.slice(0, limit)
  return { object: 'list', data: before ? onPage.reverse() : onPage, has_more: data.length > limit, url: path }
}

/** A page of objects that have no list of their own in the store. */
export function pageOf(objects: readonly StripeObject[], path: string, query: URLSearchParams) {
  const after = query.get('starting_after')
  const from = after === null ? 0 : objects.findIndex(({ id }) => id === after) + 1
  const limit = limitOf(query)
  return { object: 'list', data: objects.slice(from, from + limit), has_more: objects.length > from + limit, url: path }
}

function firstOf(
  collection: Collection,
  entries: Entry[],
  matches: (object: StripeObject) => boolean,
  count: number,
): StripeObject[] {
  const objects: StripeObject[] = []
  for (const entry of entries) {
    const object = collection.read(entry)
    if (matches(object)) objects.push(object)
    if (objects.length === count) break
  }
  return objects
}

/** By the first filter of the query, if there is one, so that a filtered list of a large account is as fast. */
function candidates(collection: Collection, query: URLSearchParams, rules: ListRules | undefined): readonly Entry[] {
  for (const [name, fieldOf] of Object.entries(rules?.filters ?? {})) {
    const value = query.get(name)
    if (value !== null) return collection.where(name, fieldOf, value)
  }
  return collection.list()
}

function checkParameters(query: URLSearchParams, rules: ListRules | undefined): void {
  if (query.has('starting_after') && query.has('ending_before'))
    refuse(400, 'You cannot pass both `ending_before` and `starting_after`.')
  if (!rules) return
  for (const name of query.keys()) {
    const isKnown =
      PAGING.includes(name.replace(/\[.*$/, '')) ||
      (rules.isTimed !== false && TIME.test(name)) ||
      Object.hasOwn(rules.filters, name) ||
      rules.parameters?.includes(name)
    if (!isKnown)
      refuse(400, `Received unknown parameter: ${name}`, {
        code: 'parameter_unknown',
        param: name,
      })
  }
}

function limitOf(query: URLSearchParams): number {
  const limit = Number(query.get('limit') ?? LIMIT)
  if (Number.isInteger(limit) && limit >= 1 && limit <= LIMIT_MAX) return limit
  const message = `Invalid integer: ${query.get('limit')}`
  refuse(400, message, { code: 'parameter_invalid_integer', param: 'limit' })
}

function cursorOf(collection: Collection, query: URLSearchParams, param: string): Entry | undefined {
  const id = query.get(param)
  const entry = id === null ? undefined : collection.find(id)
  if (id !== null && !entry) refuse(400, `No such object: '${id}'`, { code: 'resource_missing', param })
  return entry
}

function isInTime({ created }: Entry, query: URLSearchParams): boolean {
  return [...query].every(([name, value]) => {
    const [isTime, comparison] = TIME.exec(name) ?? []
    if (isTime === undefined) return true
    const difference = created - Number(value)
    if (comparison === undefined) return difference === 0
    return { gte: difference >= 0, gt: difference > 0, lte: difference <= 0, lt: difference < 0 }[
      comparison as 'gte' | 'gt' | 'lte' | 'lt'
    ]
  })
}

function fits(
  object: StripeObject,
  query: URLSearchParams,
  rules: ListRules | undefined,
  failed: ReadonlySet<string>,
): boolean {
  if (!rules) return fitsAnyField(object, query, failed)
  const fitsFilters = Object.entries(rules.filters).every(
    ([name, fieldOf]) => !query.has(name) || String(fieldOf(object)) === query.get(name),
  )
  return fitsFilters && (rules.includes?.(object, query) ?? true)
}

/** `types[]` and `delivery_success` filter events; any other parameter is the name of a field. */
function fitsAnyField(object: StripeObject, query: URLSearchParams, failed: ReadonlySet<string>): boolean {
  const types = query.getAll('types[]')
  if (types.length > 0 && !types.includes(String(object['type']))) return false
  if (query.get('delivery_success') === 'false' && !failed.has(object.id)) return false
  return [...query].every(
    ([name, value]) =>
      PAGING.includes(name) ||
      TIME.test(name) ||
      ['types[]', 'delivery_success'].includes(name) ||
      String(object[name]) === value,
  )
}
