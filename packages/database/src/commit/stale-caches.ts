import type { Effect, Fact } from '@sluice/events'
import { type AnyMerge, type Merged, type MergeRules, mergeOf } from '../merges/index.ts'
import type { Derived } from './derive-users.ts'
import { hostMessage } from './host-message.ts'

/** The customer whose user's entitlements this fact may change. */
export const customerOf = (fact: Fact): string | null => mergeOf(fact).customerOf?.(fact) ?? null

/** The users whose entitlements may be others since this event, because rows of theirs have changed. */
export function usersChangedBy(facts: Fact[], merged: ReadonlyMap<AnyMerge, Merged>, derived: Derived): string[] {
  const users = facts.flatMap((fact) => {
    const isChanged = hasChangedRow(fact, merged)
    return usersOf(fact, derived).filter((user) => isChanged || derived.changedUsers.has(user))
  })
  return [...new Set(users)]
}

/** The cause makes the key: the same change may come again. */
const staleCache = (userId: string, cause: string): Effect<'features.invalidate'> => ({
  key: `features:${userId}:${cause}`,
  kind: 'features.invalidate',
  payload: { userId },
})

/**
 * Effects that delete the host's cached entitlements of these users, and tell the host.
 *
 * @param cause names the change
 */
export const staleUsers = (
  users: Iterable<string>,
  cause: string,
  { notifiesHost }: Pick<MergeRules, 'notifiesHost'>,
): Effect[] =>
  [...new Set(users)].flatMap((userId) => [
    staleCache(userId, cause),
    ...(notifiesHost ? [hostMessage('entitlements.changed', userId, cause)] : []),
  ])

/** The users of a fact's customer, and the payer of a payment. */
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
