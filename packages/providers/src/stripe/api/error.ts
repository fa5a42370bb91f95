import { SluiceError } from '@sluice/events'
import type Stripe from 'stripe'

/**
 * Stripe did not answer, or refused the request. Stripe's own message is left out, because it may quote the request.
 *
 * - `stripe_unavailable`: 409, 429, 5xx, no connection, no answer in time. A retry may succeed.
 * - `stripe_refused`: the key or the request is not allowed.
 */
export class StripeApiError extends SluiceError {
  override readonly name = 'StripeApiError'
  declare readonly code: 'stripe_unavailable' | 'stripe_refused'
  /** The delay in the `Retry-After` header, in milliseconds; 0 without one. */
  readonly retryAfterMs: number
  /** Of the answer; undefined without one. */
  readonly status: number | undefined
  /** The kind of object that the key may not read, such as `webhook endpoints`; null if that is not why. */
  readonly forbidden: string | null

  constructor(
    code: StripeApiError['code'],
    message: string,
    retryAfterMs = 0,
    status?: number,
    forbidden: string | null = null,
  ) {
    super(code, message)
    this.retryAfterMs = retryAfterMs
    this.status = status
    this.forbidden = forbidden
  }
}

/** Translates an error of the SDK: https://docs.stripe.com/api/errors */
export function toApiError(error: unknown, path: string): StripeApiError {
  const { statusCode: status, headers } = Object(error) as Partial<Stripe.errors.StripeError>
  if (status === undefined) return new StripeApiError('stripe_unavailable', 'Stripe did not answer')
  const isBusy = status === 429 || status === 409 || status >= 500
  const code = isBusy ? 'stripe_unavailable' : 'stripe_refused'
  const forbidden = status === 403 ? kindIn(path) : null
  const retryMs = retryAfterMs(headers?.['retry-after'])
  return new StripeApiError(code, `Stripe answered ${status}`, retryMs, status, forbidden)
}

/** `/v1/webhook_endpoints?limit=100` → `webhook endpoints`. The permission of a restricted key has the same name. */
const kindIn = (path: string): string =>
  (/^\/v\d\/(?:core\/)?([a-z_]+)/.exec(path)?.[1] ?? 'objects').replaceAll('_', ' ')

function retryAfterMs(header: string | undefined): number {
  const seconds = Number(header ?? 0)
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : 0
}
