/** How requests fail; a field that is left out does not fail. */
export interface ApiFailure {
  /** An HTTP status with the error body that Stripe sends with it: https://docs.stripe.com/api/errors */
  status?: number
  /** Seconds, in `Retry-After`. */
  retryAfter?: number
  /** Milliseconds before it answers. */
  delayMs?: number
  /** Breaks the connection: without an answer, or in the middle of its body. */
  down?: boolean | 'in the body'
  /** The number of requests that fail. Default: all until `recover`. */
  times?: number
  /** Only every so many-th request fails. Default: 1. */
  every?: number
  /** Only requests whose path begins like this fail. Default: all. */
  path?: string
}

const ERRORS: Record<number, { type: string; code?: string; message: string }> = {
  401: { type: 'invalid_request_error', message: 'Invalid API Key provided: sk_test_****' },
  403: { type: 'invalid_request_error', code: 'account_invalid', message: 'The key does not have access to it.' },
  405: { type: 'invalid_request_error', message: 'The stand-in only reads.' },
  429: { type: 'invalid_request_error', code: 'rate_limit', message: 'Request rate limit exceeded.' },
}

export const errorOf = (status: number) => ({ error: ERRORS[status] ?? { type: 'api_error', message: 'Try again' } })

/** The failure that answers show now, if any. */
export function createFailures() {
  let current: ApiFailure | undefined
  let left = 0
  let seen = 0
  return {
    set(failure: ApiFailure): void {
      current = failure
      left = failure.times ?? Number.POSITIVE_INFINITY
      seen = 0
    },
    recover(): void {
      current = undefined
    },
    /** For the request at hand. */
    next(path: string): ApiFailure {
      if (!current || left <= 0 || !path.startsWith(current.path ?? '')) return {}
      seen += 1
      if (seen % (current.every ?? 1) !== 0) return {}
      left -= 1
      return current
    },
  }
}
