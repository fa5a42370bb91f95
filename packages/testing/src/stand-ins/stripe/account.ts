import type { AccountChange, AccountHistory, ApiObject } from '@sluice/simulator'
import type { Store } from './stored.ts'

/** How an account that was filled differs from an empty one. */
export interface FilledAccount {
  /** Changes after the moment, which have not happened yet; in the order in which they will. */
  later: AccountChange[]
  /** Connected accounts that own something. */
  accounts: string[]
  /** How many objects of each type there are, of all accounts together. */
  counts: Record<string, number>
}

/** Puts the objects of a history into the store, as they were at a moment. */
export function fill(store: Store, { catalogue, users }: AccountHistory, moment: Date): FilledAccount {
  const later: AccountChange[] = []
  const accounts = new Set<string>()
  const counts: Record<string, number> = {}
  const put = (changes: AccountChange[]) => {
    const happened = changes.filter(({ event }) => event.at <= moment)
    later.push(...changes.slice(happened.length))
    for (const { object, account } of newest(happened)) {
      if (account !== null) accounts.add(account)
      store.put(object, account)
      for (const feature of featuresOf(object)) store.put(feature, account)
      counts[object.object] = (counts[object.object] ?? 0) + 1
    }
  }
  put(catalogue)
  for (const { changes } of users()) put(changes)
  for (const id of accounts) store.put(connectedAccount(id), null)
  later.sort((one, other) => one.event.at.getTime() - other.event.at.getTime())
  return { later, accounts: [...accounts], counts }
}

/** Each object as it is after all changes. */
function newest(changes: AccountChange[]): Iterable<{ object: ApiObject; account: string | null }> {
  const objects = new Map<string, { object: ApiObject; account: string | null }>()
  for (const change of changes)
    for (const object of change.objects)
      objects.set(`${object.object} ${object.id}`, { object, account: change.account })
  return objects.values()
}

/** https://docs.stripe.com/api/entitlements/feature/object */
function featuresOf(object: ApiObject): ApiObject[] {
  if (object.object !== 'entitlements.active_entitlement_summary') return []
  const { data } = object['entitlements'] as { data: { feature: string; lookup_key: string }[] }
  return data.map(({ feature: id, lookup_key }) => ({
    id,
    object: 'entitlements.feature',
    active: true,
    livemode: false,
    lookup_key,
    metadata: {},
    name: lookup_key,
  }))
}

const connectedAccount = (id: string): ApiObject => ({
  id,
  object: 'account',
  charges_enabled: true,
  created: 1_700_000_000,
  details_submitted: true,
  metadata: {},
  payouts_enabled: true,
  type: 'standard',
})
