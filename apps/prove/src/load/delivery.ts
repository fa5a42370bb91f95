import type { SentEvent } from '@sluice/simulator'

/** One request of a provider and its answer. */
export interface Attempt {
  at: number
  ms: number
  ingest: number
  /** 0 without an answer. */
  status: number
  /** Code of the error, without an answer. */
  error?: string
}

/** An event and every attempt to deliver it. */
export interface Delivery {
  event: SentEvent
  /** Sent by the fault, besides the steady load. */
  isExtra?: true
  attempts: Attempt[]
  /** Time of the first 2xx answer, in milliseconds since the epoch; null before. */
  acknowledgedAt: number | null
}
