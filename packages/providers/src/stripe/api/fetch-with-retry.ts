import { withRetry } from '../../with-retry.ts'
import type { Fetched, Owner, StripeApi } from './client.ts'
import { StripeApiError } from './error.ts'

/** Fetches the object at a path, and retries while Stripe is unavailable. @throws {StripeApiError} */
export const fetchWithRetry = (
  api: StripeApi,
  path: string,
  owner: Owner,
  waitsMs?: readonly number[],
  maxWaitMs?: number,
): Promise<Fetched> =>
  withRetry(
    () => api.fetchObject(path, owner),
    (error) => (error instanceof StripeApiError && error.code === 'stripe_unavailable' ? error.retryAfterMs : null),
    waitsMs,
    maxWaitMs,
  )
