import { UnreachableError } from './unreachable.ts'

/** Pauses after a failure of the whole system: the first, and the longest. */
const FIRST_MS = 2_000
const MAX_MS = 30_000

/** No system may silence its effects for longer. */
const HOUR_MS = 3_600_000

export interface Circuit {
  /**
   * Runs a request to one external system, unless it failed a moment ago.
   *
   * @throws {UnreachableError} the last failure again, without asking, while the system is in its pause.
   */
  run<T>(request: () => Promise<T>): Promise<T>
}

export interface CircuitOptions {
  /**
   * The failure as others meet it, if an error is the system's and not that of one request; else undefined.
   * Default: every `UnreachableError`.
   */
  failureOf?: (error: unknown) => UnreachableError | undefined
  /** Default: two seconds. */
  firstMs?: number
}

interface Failure {
  error: UnreachableError
  since: number
  until: number
}

/**
 * After a failure of the whole system its effects fail without asking it, so that they take no place from effects for
 * other systems. The pause is as long as the failure has lasted, and after it one request tries.
 */
export function createCircuit({ failureOf = unreachable, firstMs = FIRST_MS }: CircuitOptions = {}): Circuit {
  let failure: Failure | undefined
  let isTrying = false

  function failed(error: UnreachableError): void {
    const now = performance.now()
    const since = failure?.since ?? now
    const askedMs = Math.min(HOUR_MS, error.wait.retryAfterMs ?? 0)
    failure = { error, since, until: now + Math.max(firstMs, Math.min(MAX_MS, now - since), askedMs) }
  }

  return {
    async run(request) {
      const isTry = failure !== undefined
      if (failure) {
        const restMs = failure.until - performance.now()
        if (restMs > 0 || isTrying) throw again(failure.error, Math.max(restMs, firstMs / 2))
        isTrying = true
      }
      try {
        const result = await request()
        failure = undefined
        return result
      } catch (error) {
        const ofSystem = failureOf(error)
        if (ofSystem) failed(ofSystem)
        else failure = undefined
        throw error
      } finally {
        if (isTry) isTrying = false
      }
    },
  }
}

const unreachable = (error: unknown) => (error instanceof UnreachableError ? error : undefined)

const again = ({ code, wait: { cause } }: UnreachableError, restMs: number): UnreachableError =>
  new UnreachableError(code, { cause, retryAfterMs: Math.round(restMs) })
