import type { StripeApi } from '../client.ts'
import { StripeApiError } from '../error.ts'
import { timeOf } from './imported-object.ts'
import type { ImportList } from './lists.ts'
import { fetchPage } from './page.ts'

const METHODS = { path: '/v1/payment_methods', permission: 'PaymentMethods' }
const FEATURES = { path: '/v1/entitlements/features', permission: 'Entitlements' }
const SUBSCRIPTIONS = { path: '/v1/subscriptions', permission: 'Subscriptions' }

export interface Probed {
  /** Names of the permissions that the key lacks, as the dashboard calls them. */
  missing: string[]
  /** The mode of the account's objects; null if no object says it and the key does not either. */
  livemode: boolean | null
  /** When the account was created, if the key may know. */
  created: Date | null
}

/**
 * Asks each list for one object, before anything is read, and finds out the mode of the objects.
 * @throws {StripeApiError} when Stripe does not know the key, or is unavailable.
 */
export async function probe(
  api: StripeApi,
  { key, account, lists }: { key: string; account: string | null; lists: readonly ImportList[] },
): Promise<Probed> {
  const missing = new Set<string>()
  let livemode: boolean | null = null
  for (const { path, permission } of doors(lists)) {
    try {
      const { objects } = await fetchPage(api, { path, account }, 1)
      const mode = objects[0]?.['livemode']
      if (typeof mode === 'boolean') livemode ??= mode
    } catch (error) {
      if (!isRefused(error)) throw error
      missing.add(permission)
    }
  }
  return { missing: [...missing], livemode: livemode ?? modeOfKey(key), created: await createdAt(api, account) }
}

/** The permissions that the lists need. */
function doors(lists: readonly ImportList[]) {
  const asked = lists.flatMap((list) => {
    if (list.name === 'entitlements') return [SUBSCRIPTIONS, FEATURES]
    return ['customer', 'subscription'].includes(list.kind) ? [list, METHODS] : [list]
  })
  return [...new Map(asked.map(({ path, permission }) => [path, { path, permission }])).values()]
}

/** A key that Stripe does not know is refused everywhere, with 401. */
const isRefused = (error: unknown): boolean => error instanceof StripeApiError && error.status === 403

/** https://docs.stripe.com/keys */
export function modeOfKey(key: string): boolean | null {
  if (/^[sr]k_live_/.test(key)) return true
  return /^[sr]k_test_/.test(key) ? false : null
}

/** Only for an estimate, so that a key that may not read the account is no hindrance. */
async function createdAt(api: StripeApi, account: string | null): Promise<Date | null> {
  const { object } = await api.fetchObject('/v1/account', { account }).catch(() => ({ object: null }))
  return timeOf(object?.['created'])
}
