/** Stripe answers 25 requests a second in a sandbox (https://docs.stripe.com/rate-limits); other programs ask, too. */
const PER_SECOND = 20
/** A Stripe that has become slow must not hold every job of this worker. */
const AT_ONCE = 20

/** How much one worker asks of Stripe. */
export interface Limit {
  /** How long until there is room for a question, in milliseconds; 0 = now. */
  waitMs(): number
  run<T>(ask: () => Promise<T>): Promise<T>
  /** Rejects calls for this many milliseconds. */
  rest(milliseconds: number): void
}

export function createLimit(now: () => number = () => performance.now()): Limit {
  let running = 0
  let started = 0
  let secondEndsAt = 0
  let restsUntil = 0

  return {
    waitMs() {
      if (now() < restsUntil) return restsUntil - now()
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
    rest(milliseconds) {
      restsUntil = Math.max(restsUntil, now() + milliseconds)
    },
  }
}
