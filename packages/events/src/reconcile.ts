import type { VerifiedEvent } from './event.ts'

/** A subscription whose period is over, as it is recorded. */
export interface LateSubscription {
  subscriptionId: string
  account: string | null
  livemode: boolean | null
  status: string
  periodEnd: Date
}

/** What is recorded of the objects that a provider can be asked about. Each is read when it is asked for. */
export interface RecordedObjects {
  /** Connected accounts that let us ask in their name. */
  connectedAccounts(): Promise<string[]>
  lateSubscriptions(): Promise<LateSubscription[]>
  /** Ids of the predictions that began between the two times and whose end was not received. */
  predictionsWithoutEnd(since: Date, until: Date): Promise<string[]>
}

/** What a provider is asked when its events are compared with the inbox. */
export interface SentQuestion {
  since: Date
  /** A younger event may still be on its way. */
  until: Date
  recorded: RecordedObjects
  /** The provider's types that have a handler. */
  handledTypes: readonly string[]
  /** Called for a connected account that refuses the question and is left out. */
  onRefusedAccount(account: string): void
}

/** Events that a provider should have sent, and how far the question is answered: `done` of `total` in this step. */
export interface SentPage {
  events: VerifiedEvent[]
  step: string
  done: number
  total: number
}
