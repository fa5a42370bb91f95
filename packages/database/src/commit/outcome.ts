/** The result of a commit for one of its events. */
export type Settled =
  /** Its facts are merged and its effects are in the outbox. */
  | { outcome: 'processed'; event: EventIds; effects: string[] }
  | { outcome: 'ignored'; event: EventIds; reason: string }
  /** An earlier commit did it. */
  | { outcome: 'settled' }
  /** The inbox has no such row. */
  | { outcome: 'missing' }
  /** Another transaction holds it, its ordering key, or a row that it changes. */
  | { outcome: 'busy' }
  /** The host has not inserted the job of its prediction yet. */
  | { outcome: 'waiting'; event: EventIds; reason: string }
  /** The event is wrong, or its handler: this uses an attempt. */
  | { outcome: 'failed'; code: string; message: string }

/** The result for an event that was claimed. */
export type Applied = Exclude<Settled, { outcome: 'settled' | 'missing' | 'busy' }>

export interface EventIds {
  provider: string
  eventId: string
  type: string
  predictionId?: string
  /** It named an ending of its prediction that contradicts the known one. */
  contradicts?: boolean
  receivedAt: Date
  payments: PaymentCounts
}

export interface PaymentCounts {
  succeeded: number
  failed: number
}
