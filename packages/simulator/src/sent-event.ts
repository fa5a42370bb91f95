/** An event as its provider would send it, ready to be signed and posted. */
export interface SentEvent {
  provider: 'stripe' | 'replicate'
  /** Stripe's event id, which is in the body too; Replicate's `webhook-id`, which is only in the header. */
  id: string
  type: string
  at: Date
  /** The exact text. */
  body: string
}
