/** The event that said so; null if none did, or if it is deleted. */
export interface EventName {
  provider: string | null
  eventId: string | null
}

/** A bar of a subscription, or the point in time of a payment, refund or dispute. */
export interface TimelineItem extends EventName {
  kind: 'subscription' | 'payment' | 'refund' | 'dispute'
  id: string
  /** Null: not recorded. */
  status: string | null
  at: Date
  /** The end of a bar; null while it lasts, and for points. */
  until: Date | null
  priceId: string | null
  quantity: number | null
  /** In the currency's minor unit. */
  amount: number | null
  currency: string | null
}
