import type { StripeApi } from '../client.ts'
import {
  type ImportedObject,
  type ImportOrigin,
  importedObject,
  type StripeObject,
  timeOfState,
} from './imported-object.ts'
import { eachPage, fetchPage, isMissing, type Page } from './page.ts'

const FEATURES = '/v1/entitlements/features'
const ACTIVE = '/v1/entitlements/active_entitlements'

/**
 * The active entitlements of the customers of each page of subscriptions: Stripe lists them for one customer at a time.
 * An account without features is not asked on, once no customer of the first page has an entitlement.
 *
 * @returns null for a page if no further one is needed
 */
export function summariesOf(api: StripeApi, { account }: ImportOrigin) {
  let usesFeatures: boolean | undefined
  return async (list: { kind: string }, origin: ImportOrigin, page: Page): Promise<ImportedObject[] | null> => {
    if (usesFeatures === false) return null
    const summaries = []
    for (const customer of customersIn(page.objects)) {
      const summary = await summaryOf(api, { account, customer, livemode: origin.livemode }).catch(nullIfMissing)
      if (summary) summaries.push(summary)
    }
    usesFeatures ??=
      summaries.some(({ features }) => features.length > 0) ||
      (await fetchPage(api, { path: FEATURES, account }, 1)).objects.length > 0
    if (!usesFeatures) return []
    return summaries.map(({ customer, features, object, at }) => ({
      ...importedObject(origin, { kind: list.kind, id: customer, at }, object),
      ...(features.length === 0 && { isEmpty: true as const }),
    }))
  }
}

function customersIn(subscriptions: StripeObject[]): string[] {
  const ids = subscriptions.map(({ customer }) =>
    typeof customer === 'object' && customer !== null ? (customer as StripeObject)['id'] : customer,
  )
  return [...new Set(ids.filter((id) => typeof id === 'string'))]
}

/** A customer that was deleted meanwhile has no entitlement, and its webhooks say so. */
function nullIfMissing(error: unknown): null {
  if (isMissing(error)) return null
  throw error
}

interface Asked extends ImportOrigin {
  customer: string
}

/** In the shape in which an event carries them: https://docs.stripe.com/api/entitlements/active-entitlement */
async function summaryOf(api: StripeApi, { account, customer, livemode }: Asked) {
  const features: StripeObject[] = []
  let at: Date | undefined
  const question = { path: ACTIVE, query: `customer=${encodeURIComponent(customer)}`, account }
  for await (const { objects, date } of eachPage(api, question)) {
    features.push(...objects)
    at ??= timeOfState(date) // of the first page: an event after it is newer than all of them
  }
  const known = features.find((feature) => typeof feature['livemode'] === 'boolean')
  const object = {
    object: 'entitlements.active_entitlement_summary',
    customer,
    livemode: known?.['livemode'] ?? livemode,
    entitlements: { object: 'list', data: features, has_more: false },
  }
  return { customer, features, object, at: at ?? new Date(0) }
}
