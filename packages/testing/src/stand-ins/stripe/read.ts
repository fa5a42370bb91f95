import { expand } from './expand.ts'
import { page, pageOf } from './list.ts'
import { LISTS } from './list-rules.ts'
import { refuse } from './refusal.ts'
import type { Store } from './stored.ts'
import type { StripeObject } from './stripe-object.ts'

/** Stripe shows this many objects of a list within another object. */
const EMBEDDED = 10

export interface ReadRequest {
  path: string
  query: URLSearchParams
  account: string | null
}

/** An object or a page of a list, as `GET` answers. @throws a refusal */
export function read(store: Store, request: ReadRequest, failed: ReadonlySet<string>): object {
  const { query, account } = request
  return expand(answerOf(store, request, failed), query, {
    findById: (id) => store.findById(id, account),
    listAt(path) {
      const { pathname, searchParams } = new URL(path, 'http://stripe')
      return { ...answerOf(store, { path: pathname, query: searchParams, account }, failed), url: path }
    },
  })
}

function answerOf(store: Store, request: ReadRequest, failed: ReadonlySet<string>): object {
  const { path, query, account } = request
  const object = store.find(path, account)
  if (object) return retrieved(object)
  const within = listWithin(store, request)
  if (within) return within
  if (!Object.hasOwn(LISTS, path) && !isCollection(path)) missing()
  const { data, ...list } = page(store.collectionAt(path, account), path, query, failed)
  return { ...list, data: data.map(shortened) }
}

/** Only a deleted customer can still be retrieved: https://docs.stripe.com/api/customers/retrieve */
function retrieved(object: StripeObject): object {
  if (object['deleted'] === true && object.object !== 'customer') missing()
  return shortened(object)
}

/** Lists of a part of another object. */
function listWithin(store: Store, { path, query, account }: ReadRequest) {
  const [, invoice] = /^\/v1\/invoices\/(\w+)\/lines$/.exec(path) ?? []
  if (invoice !== undefined)
    return pageOf(partsOf(store.find(`/v1/invoices/${invoice}`, account), 'lines'), path, query)
  const [, session] = /^\/v1\/checkout\/sessions\/(\w+)\/line_items$/.exec(path) ?? []
  if (session !== undefined)
    return pageOf(partsOf(store.find(`/v1/checkout/sessions/${session}`, account), 'line_items'), path, query)
  if (path === '/v1/subscription_items') {
    const subscription = store.find(`/v1/subscriptions/${required(query, 'subscription')}`, account)
    return pageOf(partsOf(subscription, 'items'), path, query)
  }
  if (path !== '/v1/entitlements/active_entitlements') return null
  const customer = required(query, 'customer')
  if (store.find(`/v1/customers/${customer}`, account)?.['deleted'] === true)
    refuse(400, `No such customer: '${customer}'`, { code: 'resource_missing', param: 'customer' })
  const summary = `/v1/entitlements/active_entitlement_summarys/${customer}`
  return pageOf(entitlementsOf(store.find(summary, account)), path, query)
}

const entitlementsOf = (summary: StripeObject | undefined) => (summary ? partsOf(summary, 'entitlements') : [])

function partsOf(object: StripeObject | undefined, field: string): StripeObject[] {
  if (!object) return missing()
  return (object[field] as { data: StripeObject[] }).data
}

function required(query: URLSearchParams, param: string): string {
  const value = query.get(param)
  if (value !== null) return value
  refuse(400, `Missing required param: ${param}.`, { code: 'parameter_missing', param })
}

/** With the first objects of each list in it alone. */
function shortened(object: StripeObject): StripeObject {
  const lists = Object.entries(object).filter(([, value]) => isLongList(value)) as Array<[string, { data: unknown[] }]>
  const short = lists.map(([name, list]) => [name, { ...list, data: list.data.slice(0, EMBEDDED), has_more: true }])
  return { ...object, ...Object.fromEntries(short) }
}

const isLongList = (value: unknown): boolean =>
  (value as { object?: string } | null)?.object === 'list' && (value as { data: unknown[] }).data.length > EMBEDDED

const missing = () => refuse(404, 'No such object', { code: 'resource_missing' })

/** A collection's path ends in a plural, an object's in an id, which has digits or capitals. */
const isCollection = (path: string): boolean => /^\/v[12](\/[a-z_]+)+$/.test(path) && path.endsWith('s')
