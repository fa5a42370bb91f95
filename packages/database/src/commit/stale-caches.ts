import type { Effect, Fact } from '@sluice/events'
import { type AnyMerge, type Merged, mergeOf } from '../merges/index.ts'
import type { Derived } from './derive-users.ts'

/** The customer whose user's entitlements this fact may change. */
export const customerOf = (fact: Fact): string | null => mergeOf(fact).customerOf?.(fact) ?? null

/** Returns effects that delete the host's cached entitlements of each user whose rows this event changed. */
export function staleCaches(
  eventId: string,
  facts: Fact[],
  merged: ReadonlyMap<AnyMerge, Merged>,
  derived: Derived,
): Effect[] {
  const users = facts.flatMap((fact) => {
    const isChanged = hasChangedRow(fact, merged)
    return usersOf(fact, derived).filter((user) => isChanged || derived.changedUsers.has(user))
  })
  return [...new Set(users)].map((userId) => ({
    key: `features:${userId}:${eventId}`,
    kind: 'features.invalidate',
    payload: { userId },
  }))
}

function usersOf(fact: Fact, { usersOf, payersOf, entitledUsers }: Derived): string[] {
  if (fact.kind === 'product') return [...entitledUsers]
  const payer = fact.kind === 'payment' ? payersOf.get(fact.paymentId) : undefined
  return [...(usersOf.get(customerOf(fact) ?? '') ?? []), ...(payer ? [payer] : [])]
}

/** A customer's own row gives no access, and almost every event changes its registers. */
function hasChangedRow(fact: Fact, merged: ReadonlyMap<AnyMerge, Merged>): boolean {
  if (fact.kind === 'customer') return false
  const merge = mergeOf(fact)
  return merged.get(merge)?.changed.has(merge.keyOf(fact)) === true
}
