import type { UserLink } from '@sluice/events'

interface OwnMetadata {
  metadata?: { user_id?: string | null | undefined } | null | undefined
}

/** The user that an object's own metadata names, or that the event removed from it. */
export function ownLinks({ metadata }: OwnMetadata, previous: Record<string, unknown> | null | undefined): UserLink[] {
  const changed = isChanged(previous) && { isChange: true as const }
  if (metadata?.user_id) return [{ by: 'own', userId: metadata.user_id, ...changed }]
  return changed ? [{ by: 'own', userId: null, ...changed }] : []
}

/** `previous_attributes` has only the changed keys of metadata: https://docs.stripe.com/api/events/object */
function isChanged(previous: Record<string, unknown> | null | undefined): boolean {
  const metadata = previous?.['metadata']
  return typeof metadata === 'object' && metadata !== null && 'user_id' in metadata
}

/** The user that the metadata of a session, subscription, invoice or intent names. */
export const metadataLinks = (userId: string | null | undefined, since?: Date | null): UserLink[] =>
  userId ? [{ by: 'metadata', userId, ...(since && { since }) }] : []
