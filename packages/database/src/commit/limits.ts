/**
 * Bounds of one transaction. Almost every event has less than 50 kB, so a batch of 128 of them meets none of these.
 *
 * A body of many small values costs a hundred times its bytes in memory, and seconds for a few megabytes. So a larger
 * one is committed apart, and the bodies of a batch are loaded only up to a sum.
 */
export interface Limits {
  /** Bytes of one body. */
  body: number
  /** Bytes of all bodies. At least `body`, so that every batch settles an event. */
  bodies: number
  /** Milliseconds of the event loop that the handlers of a batch may take together. */
  handlersMs: number
}

const KIB = 1_024

export const OF_BATCH: Limits = { body: 256 * KIB, bodies: 2_048 * KIB, handlersMs: 250 }

export const OF_ONE: Limits = { body: OF_BATCH.body, bodies: OF_BATCH.body, handlersMs: Number.POSITIVE_INFINITY }
