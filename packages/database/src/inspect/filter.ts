export const EVENT_STATUSES = ['received', 'processed', 'ignored', 'failed'] as const

/** Every property narrows the list. */
export interface EventFilter {
  provider?: string | undefined
  /** A `*` at the end matches any suffix. */
  type?: string | undefined
  status?: (typeof EVENT_STATUSES)[number] | undefined
  /** A Stripe customer. */
  customer?: string | undefined
  /** A user of the host: events of its customers and of its predictions. */
  user?: string | undefined
  /** Received at or after this time. */
  since?: Date | undefined
  /** Received before this time. */
  until?: Date | undefined
  /** The id of an event, or of anything that events are about: `cus_…`, `sub_…`, `in_…`, a prediction. */
  q?: string | undefined
}
