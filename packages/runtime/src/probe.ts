import { DeadlineError, withDeadline } from './deadline.ts'
import { reasonOf } from './logger.ts'

/** Checks a store: rejects unless it can be used now. */
export type Check = () => Promise<unknown>

/** Resolves to null, or to the code that says why the store cannot be used, such as `25006` or `MISCONF`. */
export type Probe = () => Promise<string | null>

const DEADLINE_MS = 1_000
/** However often it is asked, a store is checked about once a second. */
const CACHED_MS = 1_000

/**
 * Makes a probe of a check. A slow store gets one check at a time, and whoever asks meanwhile shares its outcome. After
 * the deadline the answer is `timeout`.
 */
export function createProbe(check: Check): Probe {
  let latest: { outcome: Promise<string | null>; endedAt?: number } | undefined

  function start(): Promise<string | null> {
    const outcome = Promise.resolve()
      .then(check)
      .then(() => null, reasonOf)
    const started: NonNullable<typeof latest> = { outcome }
    latest = started
    void outcome.then(() => {
      started.endedAt = performance.now()
    })
    return outcome
  }

  return () => {
    const isFresh = latest && (latest.endedAt === undefined || performance.now() - latest.endedAt < CACHED_MS)
    const outcome = isFresh && latest ? latest.outcome : start()
    return withDeadline(outcome, DEADLINE_MS, 'The check').catch(timeout)
  }
}

function timeout(error: unknown): string {
  if (error instanceof DeadlineError) return 'timeout'
  throw error
}
