/** Remembers that a store failed, so that not every request waits to find out again. */
export interface Circuit {
  /** Whether to try the store: always while it works, else one request per pause. */
  worthTrying(): boolean
  /** Passes the outcome on and remembers it. */
  watch<T>(attempt: Promise<T>): Promise<T>
}

/** One request tries a store that failed again after this. */
const PAUSE_MS = 500

export function createCircuit(now: () => number = () => performance.now()): Circuit {
  let nextTryAt = 0

  return {
    worthTrying() {
      if (nextTryAt === 0) return true
      if (now() < nextTryAt) return false
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
