import type { Effect, Fact } from '@sluice/events'
import type { Derived } from './derive-users.ts'

/** The customer whose entitlements this fact may change; null where it is about something else. */
export function customerOf(fact: Fact): string | null {
  switch (fact.kind) {
    case 'payment':
      return fact.stripeCustomerId
    case 'customer':
    case 'subscription':
    case 'invoiceOutcome':
    case 'checkoutEntitlement':
      return fact.customerId
    default:
      return null
  }
}

/** The host's cached entitlements of every user that this event changed something for. */
export function staleCaches(
  eventId: string,
  facts: Fact[],
  changed: ReadonlySet<string>,
  { userOf, changedUsers }: Derived,
): Effect[] {
  const users = new Set(
    facts.flatMap((fact) => {
      const user = userOf.get(customerOf(fact) ?? '')
      return user && (changedUsers.has(user) || changed.has(keyOf(fact))) ? [user] : []
    }),
  )
  return [...users].map((userId) => ({
    key: `features:${userId}:${eventId}`,
    kind: 'features.invalidate',
    payload: { userId },
  }))
}

/** Of the row that it was merged into. */
function keyOf(fact: Fact): string {
  if (fact.kind === 'payment') return fact.paymentId
  if ('subscriptionId' in fact) return fact.subscriptionId ?? ''
  return fact.kind === 'customer' ? fact.customerId : ''
}
