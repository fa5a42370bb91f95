import type { CustomerFact, StripeFact } from '@sluice/events'
import { metadataLinks } from './user-links.ts'

interface Naming {
  customerId: string | null | undefined
  /** The host's user, from metadata that the host wrote. */
  userId?: string | null | undefined
  /** Since when the metadata names the user. Default: the time of the event. */
  since?: Date | null
}

/** A fact about the customer that an event names, with its user if known but without contact data. */
export function customerNamed({ customerId, userId, since }: Naming, origin: StripeFact): CustomerFact[] {
  if (!customerId) return []
  const links = metadataLinks(userId, since)
  return [{ kind: 'customer', customerId, ...(links.length > 0 && { links }), ...origin }]
}
