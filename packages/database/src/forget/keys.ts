import { createHash } from 'node:crypto'

/**
 * The names of what belongs to a person, as `forgotten_keys` hashes them. That of an object at a provider is also the
 * ordering key of its events, so an event that no handler reads is recognized too.
 */
export const stripeKey = (account: string | null | undefined, id: string): string => `stripe:${account ?? ''}:${id}`

export const predictionKey = (predictionId: string): string => `replicate:${predictionId}`

export const userKey = (userId: string): string => `user:${userId}`

/** A user, but only as the user of this customer: the customer was forgotten, and the user was not. */
export const customerUserKey = (account: string | null | undefined, customerId: string, userId: string): string =>
  `user:${account ?? ''}:${customerId}:${userId}`

export const hashOf = (key: string): string => createHash('sha256').update(key).digest('hex')

/** Number of buckets: two megabytes of bits in a worker, and few false alarms up to some hundred thousand keys. */
export const BUCKETS = 2 ** 24

/** FNV-1a (https://www.rfc-editor.org/rfc/rfc9923), folded to 24 bits. A thirtieth of the time of SHA-256. */
export function bucketOf(key: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < key.length; index += 1) hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193)
  return ((hash >>> 24) ^ hash) & (BUCKETS - 1)
}
