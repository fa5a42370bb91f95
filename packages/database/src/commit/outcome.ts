/** What became of one event in a commit. */
export type Settled =
  /** Its facts are merged and its effects are in the outbox. */
  | { outcome: 'processed'; event: EventIds; effects: string[] }
  | { outcome: 'ignored'; event: EventIds; reason: string }
  /** An earlier commit did it. */
  | { outcome: 'settled' }
  /** The inbox has no such row. */
  | { outcome: 'missing' }
  /** Somebody else works on it, or on its ordering key. */
  | { outcome: 'busy' }
  /** What it is about is not there yet. */
  | { outcome: 'waiting'; event: EventIds; reason: string }
  /** The event is wrong, or its handler: this uses an attempt. */
  | { outcome: 'failed'; event: EventIds; code: string; message: string }

/** What became of one that was claimed. */
export type Applied = Extract<Settled, { event: EventIds }>

export interface EventIds {
  provider: string
  eventId: string
  type: string
  predictionId?: string
  /** It told of another ending of its prediction than the one that was known. */
  contradicts?: boolean
  receivedAt: Date
  payments: { succeeded: number; failed: number }
}
