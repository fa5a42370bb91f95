export interface RateLimit {
  /** Requests within any second; 100 in live mode and 25 in a sandbox: https://docs.stripe.com/rate-limits */
  perSecond: number
  /** Seconds in `Retry-After`, which Stripe does not always send. */
  retryAfter?: number
}

/** Refuses requests over a rate; none until `set`. */
export function createRateLimit() {
  let limit: RateLimit | null = null
  let accepted: number[] = []
  return {
    set(next: RateLimit | null): void {
      limit = next
    },
    /** The limit that a request at this time is over, in milliseconds; null when it is accepted. */
    exceededAt(now: number): RateLimit | null {
      if (!limit) return null
      accepted = accepted.filter((at) => at > now - 1_000)
      if (accepted.length >= limit.perSecond) return limit
      accepted.push(now)
      return null
    },
  }
}
