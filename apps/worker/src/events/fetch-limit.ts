/**
 * Below Stripe's limit of 25 requests a second in a sandbox (https://docs.stripe.com/rate-limits), which other programs
 * share.
 */
const PER_SECOND = 20
/** Keeps a slow Stripe API from blocking every job of this worker. */
const AT_ONCE = 20

/** Limits the Stripe API requests of one worker. */
export interface Limit {
  /** Time until the next request is allowed, in milliseconds; 0: now. */
  waitMs(): number
  run<T>(ask: () => Promise<T>): Promise<T>
  /** Rejects calls for this many milliseconds. */
  pauseFor(milliseconds: number): void
}

export function createLimit(now: () => number = () => performance.now()): Limit {
  let running = 0
  let started = 0
  let secondEndsAt = 0
  let pausedUntil = 0

  return {
    waitMs() {
      if (now() < pausedUntil) return pausedUntil - now()
      const isFull = running >= AT_ONCE || (started >= PER_SECOND && now() < secondEndsAt)
      return isFull ? Math.max(1, secondEndsAt - now()) : 0
    },
    run(ask) {
      if (now() >= secondEndsAt) {
        secondEndsAt = now() + 1_000
        started = 0
      }
      started += 1
      running += 1
      return ask().finally(() => {
        running -= 1
      })
    },
    pauseFor(milliseconds) {
      pausedUntil = Math.max(pausedUntil, now() + milliseconds)
    },
  }
}
