/** How requests fail; a field that is left out does not fail. */
export interface ApiFailure {
  /** An HTTP status with the error body that Stripe sends with it: https://docs.stripe.com/api/errors */
  status?: number
  /** Seconds, in `Retry-After`. */
  retryAfter?: number
  /** Milliseconds before it answers. */
  delayMs?: number
  /** Breaks the connection without an answer. */
  down?: boolean
  /** The number of requests that fail. Default: all until `recover`. */
  times?: number
}

const ERRORS: Record<number, { type: string; code?: string; message: string }> = {
  401: { type: 'invalid_request_error', message: 'Invalid API Key provided: sk_test_****' },
  403: { type: 'invalid_request_error', code: 'account_invalid', message: 'The key does not have access to it.' },
  404: { type: 'invalid_request_error', code: 'resource_missing', message: 'No such object' },
  429: { type: 'invalid_request_error', code: 'rate_limit', message: 'Too many requests' },
}

export const errorOf = (status: number) => ({ error: ERRORS[status] ?? { type: 'api_error', message: 'Try again' } })

/** The failure that answers show now, if any. */
export function createFailures() {
  let current: ApiFailure | undefined
  let left = 0
  return {
    set(failure: ApiFailure): void {
      current = failure
      left = failure.times ?? Number.POSITIVE_INFINITY
    },
    recover(): void {
      current = undefined
    },
    /** For the request at hand. */
    next(): ApiFailure {
      if (!current || left <= 0) return {}
      left -= 1
      return current
    },
  }
}
