import { isObject } from '../../../text.ts'
import type { StripeApi } from '../client.ts'
import { summariesOf } from './entitlements.ts'
import {
  type ImportedObject,
  type ImportOrigin,
  importedObject,
  type StripeObject,
  timeOf,
  timeOfState,
} from './imported-object.ts'
import type { ImportList } from './lists.ts'
import { eachPage, isMissing, type Page } from './page.ts'

export interface ReadOptions extends ImportOrigin {
  /** Objects created at this time or later; default: all. */
  since: Date | null
  /** The cursor of the last page that was read completely; null: from the beginning. */
  cursor: string | null
}

export interface ImportPage {
  imported: ImportedObject[]
  /** How many objects the page lists. */
  listed: number
  /** The cursor of the next page; null if this is the last one. */
  cursor: string | null
  /** When the last object was created. The lists go back in time. */
  reached: Date | null
}

/**
 * Reads a list to its end, page by page. Objects that are created meanwhile come as webhooks.
 * @throws {StripeApiError}
 */
export async function* readList(api: StripeApi, list: ImportList, options: ReadOptions): AsyncGenerator<ImportPage> {
  const { account, cursor } = options
  const { path, hasCreated = true } = list
  const since = hasCreated ? options.since : null
  const objectsOf = list.name === 'entitlements' ? summariesOf(api, options) : objectsOfPage(api)
  for await (const page of eachPage(api, { path, query: queryOf(list), account, since, after: cursor })) {
    const imported = await objectsOf(list, options, page)
    if (imported === null) return
    yield {
      imported,
      listed: page.objects.length,
      cursor: page.next,
      reached: timeOf(page.objects.at(-1)?.['created']),
    }
  }
}

function queryOf({ query, expands = [] }: ImportList): string {
  return [...(query ? [query] : []), ...expands.map((path) => `expand[]=data.${path}`)].join('&')
}

const objectsOfPage = (api: StripeApi) => async (list: ImportList, origin: ImportOrigin, page: Page) => {
  const fetchedAt = timeOfState(page.date)
  const { kind, isWanted = () => true, happenedAt, expands = [] } = list
  const objects = await withAllItems(api, origin, page.objects.filter(isWanted))
  return objects.flatMap((object) => {
    const at = timeOf(happenedAt?.(object)) ?? fetchedAt
    const methods = expands.flatMap((path) => takeOut(object, path)).filter((one) => one['object'] === 'payment_method')
    return [
      importedObject(origin, { kind, id: idIn(object), at }, object),
      ...methods.map((one) => importedObject(origin, { kind: 'payment_method', id: idIn(one), at: fetchedAt }, one)),
    ]
  })
}

/** A subscription has up to twenty items, and its object the first ten of them. One that was deleted meanwhile keeps these. */
async function withAllItems(
  api: StripeApi,
  { account }: ImportOrigin,
  objects: StripeObject[],
): Promise<StripeObject[]> {
  const complete = []
  for (const object of objects) {
    const { items } = object
    if (object['object'] !== 'subscription' || !isObject(items) || items['has_more'] !== true) complete.push(object)
    else {
      const data = await itemsOf(api, account, idIn(object))
      complete.push(data.length > 0 ? { ...object, items: { ...items, data, has_more: false } } : object)
    }
  }
  return complete
}

/** https://docs.stripe.com/api/subscription_items/list */
async function itemsOf(api: StripeApi, account: string | null, subscriptionId: string): Promise<StripeObject[]> {
  const items: StripeObject[] = []
  const query = `subscription=${encodeURIComponent(subscriptionId)}`
  try {
    for await (const page of eachPage(api, { path: '/v1/subscription_items', query, account }))
      items.push(...page.objects)
  } catch (error) {
    if (!isMissing(error)) throw error
    return []
  }
  return items
}

const idIn = ({ id }: StripeObject): string => String(id ?? '')

/** Takes an expanded object out of its holder, which keeps its id, as in an event. */
function takeOut(holder: StripeObject, path: string): StripeObject[] {
  const [field = '', rest] = path.split(/\.(.*)/)
  const value = holder[field]
  if (!isObject(value)) return []
  if (rest) return takeOut(value, rest)
  holder[field] = value['id']
  return [value]
}
