import type { SentEvent } from '../sent-event.ts'

/** An API object; a deleted one has `deleted: true` and nothing else but its id and its type. */
export interface ApiObject {
  id: string
  object: string
  [field: string]: unknown
}

/** Something that happened at Stripe. */
export interface AccountChange {
  /** The event that Stripe sends about it. */
  event: SentEvent
  /** Every object that it made, changed or deleted, as the API shows it from then on. */
  objects: ApiObject[]
  /** The connected account that it happened in; null for the platform's own. */
  account: string | null
}
