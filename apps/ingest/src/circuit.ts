/** A circuit breaker: remembers that a store failed, so that requests do not each wait for another timeout. */
export interface Circuit {
  /** Whether to try the store: always while it works, else one request per `PAUSE_MS`. */
  worthTrying(): boolean
  /** Returns the outcome of `attempt` and remembers whether it failed. */
  watch<T>(attempt: Promise<T>): Promise<T>
}

/** Time after which one request tries a failed store again. */
const PAUSE_MS = 500

export function createCircuit(now: () => number = () => performance.now()): Circuit {
  let nextTryAt = 0

  return {
    worthTrying() {
      if (nextTryAt === 0) return true
      const waitMs = nextTryAt - now()
      if (waitMs > 0 && waitMs <= PAUSE_MS) return false // longer only if the clock was set back
      nextTryAt = now() + PAUSE_MS
      return true
    },
    async watch(attempt) {
      try {
        const outcome = await attempt
        nextTryAt = 0
        return outcome
      } catch (error) {
        nextTryAt = now() + PAUSE_MS
        throw error
      }
    },
  }
}
