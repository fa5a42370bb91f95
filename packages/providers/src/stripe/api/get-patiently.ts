import { patiently } from '../../patiently.ts'
import type { Fetched, Owner, StripeApi } from './client.ts'
import { StripeApiError } from './error.ts'

/** What is there, asked for again while Stripe cannot answer. @throws {StripeApiError} */
export const getPatiently = (api: StripeApi, path: string, owner: Owner): Promise<Fetched> =>
  patiently(
    () => api.fetchObject(path, owner),
    (error) => (error instanceof StripeApiError && error.code === 'stripe_unavailable' ? error.retryAfterMs : null),
  )
