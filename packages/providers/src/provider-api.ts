import type { FoundEvent, SentPage, SentQuestion } from '@sluice/events'

export interface ApiSettings {
  key: string
  /** Default: the provider's own. */
  base?: string | undefined
  /** Time limit of a request, in milliseconds. */
  timeoutMs: number
}

/** The requests that can be sent to a provider's API. */
export interface ProviderApi {
  /** The events that should have arrived, for `reconcile`. */
  sentEvents(question: SentQuestion): AsyncIterable<SentPage>
  /** Optional: asks for one event, by its id or by that of its object. */
  one?: {
    /** Whether an id may be one of this provider. */
    hasForm(id: string): boolean
    /** Known are the final event of a prediction, and every event of Stripe of the last 30 days. */
    find(id: string, question: FoundQuestion): Promise<FoundEvent>
  }
  /** Only if the API keeps events: the body of a sent event; null if it is gone there too. */
  fetchEvent?(event: { eventId: string; account: string | null }): Promise<Buffer | null>
  /** Explains an error of this API and what to do about it; undefined for any other error. */
  explain(error: unknown): string | undefined
}

export type FoundQuestion = Omit<SentQuestion, 'since' | 'until'>

export interface EndpointQuestion {
  /** The provider's types that have a handler. */
  handledTypes: readonly string[]
  /** Patterns of the types that the deployment handles, `*` at the end allowed; empty: all. */
  eventTypes: readonly string[]
}

/** Whether the provider sends the handled events. `found`: it works but needs attention. */
export interface EndpointState {
  verdict: 'good' | 'found' | 'failed'
  says: string
}
