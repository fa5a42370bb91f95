import { SluiceError } from '@sluice/events'
import Stripe from 'stripe'

/**
 * Stripe did not give what was asked for. Its own words are left out: they may quote what was sent.
 *
 *   stripe_unavailable   it cannot answer now: 429, 5xx, no connection, no answer in time. The same again may work
 *   stripe_refused       it will not answer this key, or not this question
 */
export class StripeApiError extends SluiceError {
  override readonly name = 'StripeApiError'
  declare readonly code: 'stripe_unavailable' | 'stripe_refused'
  /** What `Retry-After` asked for, in milliseconds; 0 when it asked for nothing. */
  readonly retryAfterMs: number

  constructor(code: StripeApiError['code'], message: string, retryAfterMs = 0) {
    super(code, message)
    this.retryAfterMs = retryAfterMs
  }
}

/** What an error of the SDK means to us: https://docs.stripe.com/api/errors */
export function toApiError(error: unknown): StripeApiError {
  const { statusCode: status, headers } = error instanceof Stripe.errors.StripeError ? error : {}
  if (status === undefined) return new StripeApiError('stripe_unavailable', 'Stripe did not answer')
  const isBusy = status === 429 || status === 409 || status >= 500
  const code = isBusy ? 'stripe_unavailable' : 'stripe_refused'
  return new StripeApiError(code, `Stripe answered ${status}`, retryAfterMs(headers?.['retry-after']))
}

function retryAfterMs(header: string | undefined): number {
  const seconds = Number(header ?? 0)
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : 0
}
