import type { Effect, Fact } from '@sluice/events'
import { type AnyMerge, type Merged, mergeOf } from '../merges/index.ts'
import type { Derived } from './derive-users.ts'

/** The customer whose user's entitlements this fact may change. */
export const customerOf = (fact: Fact): string | null =>
  fact.kind === 'ledgerEntry' ? null : (mergeOf(fact).customerOf?.(fact) ?? null)

/** Returns effects that delete the host's cached entitlements of each user whose rows this event changed. */
export function staleCaches(
  eventId: string,
  facts: Fact[],
  merged: ReadonlyMap<AnyMerge, Merged>,
  { userOf, changedUsers }: Derived,
): Effect[] {
  const users = new Set(
    facts.flatMap((fact) => {
      const user = userOf.get(customerOf(fact) ?? '')
      return user && (changedUsers.has(user) || hasChangedRow(fact, merged)) ? [user] : []
    }),
  )
  return [...users].map((userId) => ({
    key: `features:${userId}:${eventId}`,
    kind: 'features.invalidate',
    payload: { userId },
  }))
}

function hasChangedRow(fact: Fact, merged: ReadonlyMap<AnyMerge, Merged>): boolean {
  if (fact.kind === 'ledgerEntry') return false
  const merge = mergeOf(fact)
  return merged.get(merge)?.changed.has(merge.keyOf(fact)) === true
}
