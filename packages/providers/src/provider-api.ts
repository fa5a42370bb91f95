import type { SentPage, SentQuestion } from '@sluice/events'

export interface ApiSettings {
  key: string
  /** Default: the provider's own. */
  base?: string | undefined
  /** A request that takes longer is given up, in milliseconds. */
  timeoutMs: number
}

/** What may be asked of a provider. */
export interface ProviderApi {
  /** The events that should have arrived, for `reconcile`. */
  sentEvents(question: SentQuestion): AsyncIterable<SentPage>
  /** A sentence that says what to do about an error of this API; undefined for any other error. */
  explain(error: unknown): string | undefined
}

export interface EndpointQuestion {
  /** The provider's types that have a handler. */
  handledTypes: readonly string[]
  /** Patterns of the types that the deployment takes, `*` at the end allowed; empty takes all. */
  eventTypes: readonly string[]
}

/** Whether the provider sends what is handled. `found`: it works, and somebody should look. */
export interface EndpointState {
  verdict: 'good' | 'found' | 'failed'
  says: string
}
