import { z } from 'zod'

/** A time in ISO 8601, UTC. */
export const time = z.preprocess(
  (value) => (value instanceof Date ? value.toISOString() : value),
  z.string() as z.ZodType<string>,
)

/** A page of a list, newest first. `next` is the cursor of the page after it, or null if this is the last one. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), next: z.string().nullable() })

export interface ErrorAnswer {
  /**
   * `invalid_query, invalid_action, invalid_json, payload_too_large, unsupported_media_type, not_found, file_missing,
   * store_unreachable, too_slow, too_many_streams, unavailable, unauthorized, forbidden, not_revealed,
   * rate_limited, no_secret, ingest_unreachable`.
   */
  error: string
  /** The parameter that is invalid. */
  parameter?: string
  /** The expected form of the value, or the cause. */
  message?: string
}
