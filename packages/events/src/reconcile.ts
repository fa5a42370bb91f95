import type { VerifiedEvent } from './event.ts'

/** The recorded state of a subscription whose period is over. */
export interface LateSubscription {
  subscriptionId: string
  account: string | null
  livemode: boolean | null
  status: string
  periodEnd: Date
}

/**
 * Gives a provider's API client access to the recorded objects that it compares. Each list is read when it is
 * requested.
 */
export interface RecordedObjects {
  /** Connected accounts on whose behalf we may send requests. */
  connectedAccounts(): Promise<string[]>
  lateSubscriptions(): Promise<LateSubscription[]>
  /** Ids of the predictions that started between the two times and whose final event was not received. */
  predictionsWithoutEnd(since: Date, until: Date): Promise<string[]>
}

/** The query to a provider when its events are compared with the inbox. */
export interface SentQuestion {
  since: Date
  /** Later events may still be in transit. */
  until: Date
  recorded: RecordedObjects
  /** The provider's types that have a handler. */
  handledTypes: readonly string[]
  /** Called for a connected account that denies access. The account is left out. */
  onRefusedAccount(account: string): void
}

/** Events that a provider should have sent, and the progress: `done` of `total` in this step. */
export interface SentPage {
  events: VerifiedEvent[]
  step: string
  done: number
  total: number
}
