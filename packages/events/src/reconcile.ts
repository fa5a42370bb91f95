import type { VerifiedEvent } from './event.ts'

/** The recorded state of a subscription whose period is over. */
export interface LateSubscription {
  subscriptionId: string
  account: string | null
  livemode: boolean | null
  status: string
  periodEnd: Date
}

/** A connected account on whose behalf we may send requests. */
export interface ConnectedAccount {
  account: string
  /** When it authorized us last; null if that is not known, as with accounts that the platform itself made. */
  authorizedAt: Date | null
}

/** A prediction that the host has started. */
export interface StartedPrediction {
  id: string
  /** When the host inserted its generation job. */
  seenAt: Date
}

/**
 * Gives a provider's API client access to the recorded objects that it compares. Each list is read when it is
 * requested.
 */
export interface RecordedObjects {
  connectedAccounts(): Promise<ConnectedAccount[]>
  /** When the first webhook of an account and mode arrived here; null if none ever did. */
  firstWebhook(origin: Pick<VerifiedEvent, 'account' | 'livemode'>): Promise<Date | null>
  lateSubscriptions(): Promise<LateSubscription[]>
  /** Predictions that started between the two times and whose final event was not received. */
  predictionsWithoutEnd(since: Date, until: Date): Promise<StartedPrediction[]>
  /** Undefined if the host has no generation job for it. */
  prediction(id: string): Promise<StartedPrediction | undefined>
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
  /** Called if the key may not read the list of webhook endpoints. The question is answered without it. */
  onRefusedEndpoints(): void
}

/** An event that a provider has. */
export interface ListedEvent extends VerifiedEvent {
  /** It happened before its webhook endpoint existed, so that no webhook of it was sent here. Default: false. */
  isPast?: boolean
}

/** Events that a provider should have sent, and the progress: `done` of `total` in this step. */
export interface SentPage {
  events: ListedEvent[]
  step: string
  done: number
  total: number
}

/**
 * The answer to the question for one event. `unknown`: the provider has none with this id. `not_ours`: it is about an
 * object of another application. `unfinished`: it is about an object that has not ended yet.
 */
export type FoundEvent = ListedEvent | 'unknown' | 'not_ours' | 'unfinished'
