import { SluiceError } from '@sluice/events'
import Stripe from 'stripe'

/**
 * Stripe did not answer, or refused the request. Stripe's own message is left out, because it may quote the request.
 *
 * stripe_unavailable   409, 429, 5xx, no connection, no answer in time: a retry may succeed stripe_refused the key or
 * the request is not allowed
 */
export class StripeApiError extends SluiceError {
  override readonly name = 'StripeApiError'
  declare readonly code: 'stripe_unavailable' | 'stripe_refused'
  /** The delay in the `Retry-After` header, in milliseconds; 0 without one. */
  readonly retryAfterMs: number
  /** Of the answer; undefined without one. */
  readonly status: number | undefined

  constructor(code: StripeApiError['code'], message: string, retryAfterMs = 0, status?: number) {
    super(code, message)
    this.retryAfterMs = retryAfterMs
    this.status = status
  }
}

/** Translates an error of the SDK: https://docs.stripe.com/api/errors */
export function toApiError(error: unknown): StripeApiError {
  const { statusCode: status, headers } = error instanceof Stripe.errors.StripeError ? error : {}
  if (status === undefined) return new StripeApiError('stripe_unavailable', 'Stripe did not answer')
  const isBusy = status === 429 || status === 409 || status >= 500
  const code = isBusy ? 'stripe_unavailable' : 'stripe_refused'
  return new StripeApiError(code, `Stripe answered ${status}`, retryAfterMs(headers?.['retry-after']), status)
}

function retryAfterMs(header: string | undefined): number {
  const seconds = Number(header ?? 0)
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : 0
}
