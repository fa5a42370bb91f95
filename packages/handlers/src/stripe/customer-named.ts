import type { CustomerFact, StripeFact } from '@sluice/events'

interface Naming {
  customerId: string | null | undefined
  /** The host's user, from metadata that the host wrote. */
  userId?: string | null | undefined
}

/** A fact about the customer that an event names, with its user if known but without contact data. */
export function customerNamed({ customerId, userId }: Naming, origin: StripeFact): CustomerFact[] {
  if (!customerId) return []
  const link = userId && { link: { userId, by: 'metadata' as const } }
  return [{ kind: 'customer', customerId, ...link, ...origin }]
}
