import type { SentEvent } from '@sluice/simulator'

/** One request of a provider, and what came of it. */
export interface Attempt {
  at: number
  ms: number
  ingest: number
  /** 0 where nobody answered. */
  status: number
  /** Why nobody did. */
  error?: string
}

/** An event and all that its provider knows of it. */
export interface Delivered {
  event: SentEvent
  attempts: Attempt[]
  /** When an answer in the two hundreds came, in milliseconds; null while none has. */
  acknowledgedAt: number | null
}
