import type { NoAccess } from '../merges/stripe.ts'
import type { DueEffect } from '../outbox/write-outbox.ts'
import type { LockWait } from './locks/held-locks.ts'

/** The result of a commit for one event. */
export type Settled =
  /** Its facts are merged and its effects are in the outbox. */
  | { outcome: 'processed'; event: EventIds; effects: DueEffect[] }
  | { outcome: 'ignored'; event: EventIds; reason: string }
  /** An earlier commit processed or ignored it. */
  | { outcome: 'settled'; event: RowIds }
  /** Not tried: it names an object that has to be fetched first. */
  | { outcome: 'thin'; event: RowIds }
  /** The inbox has no such row. */
  | { outcome: 'missing' }
  /**
   * Another transaction has locked the event, its ordering key, or a row that it changes.
   * @param lock the lock of another session that it waits for, if that is known
   */
  | { outcome: 'busy'; lock?: LockWait }
  /** The host has not inserted the job of its prediction yet. */
  | { outcome: 'waiting'; event: EventIds; reason: string }
  /** Not tried: it is large, and as many large events wait in this process as may. */
  | { outcome: 'crowded' }
  /** The event or its handler is faulty. Uses an attempt. */
  | { outcome: 'failed'; code: string; message: string }

/** The result of a transaction for one of its events. */
export type Tried =
  | Settled
  /** Not tried: a replay has asked for its revision. */
  | { outcome: 'revision' }
  /** Not tried: its body is too large for this transaction. */
  | { outcome: 'large' }
  /** Not tried: other events had used up the bytes or the time of this transaction. */
  | { outcome: 'full' }

/** The result for an event that was claimed. */
export type Applied = Exclude<Settled, { outcome: 'settled' | 'thin' | 'missing' | 'busy' | 'crowded' }>

/** The ids that the inbox has of an event. */
export interface RowIds {
  provider: string
  eventId: string
}

export interface EventIds extends RowIds {
  type: string
  predictionId?: string
  /** It reported a final status that contradicts the recorded status of its prediction. */
  contradicts?: boolean
  /** Set if its objects give no access: its account is not in STRIPE_ACCOUNTS, or its mode is test mode. */
  noAccess?: NoAccess
  /** Number of files of its output that are too many to copy. */
  filesRefused?: number
  receivedAt: Date
  payments: PaymentCounts
}

export interface PaymentCounts {
  succeeded: number
  failed: number
}
