import { createStripeApi, type StripeApi, StripeApiError } from '@sluice/providers/stripe/api'
import { DeadlineError, withDeadline } from '@sluice/runtime/deadline'
import type { Environment } from '../environment.ts'
import { createLimit } from './fetch-limit.ts'

/**
 * Fetches an object from Stripe, within the worker's request limit.
 * @throws {StripeApiError} `stripe_unavailable`, also when the request limit is reached.
 */
export type FetchObject = StripeApi['fetchObject']

type Settings = Pick<Environment, 'STRIPE_API_KEY' | 'STRIPE_API_BASE' | 'HANDLER_TIMEOUT_MS'>

/** Undefined without an API key. */
export function createFetchObject(env: Settings): FetchObject | undefined {
  if (env.STRIPE_API_KEY === undefined) return undefined
  const timeoutMs = env.HANDLER_TIMEOUT_MS
  const stripe = createStripeApi({ key: env.STRIPE_API_KEY, base: env.STRIPE_API_BASE, timeoutMs })
  const limit = createLimit()

  return async (path, owner) => {
    const waitMs = limit.waitMs()
    if (waitMs > 0) throw new StripeApiError('stripe_unavailable', 'the limit of Stripe requests is reached', waitMs)
    try {
      return await limit.run(() => withDeadline(stripe.fetchObject(path, owner), timeoutMs, 'Stripe'))
    } catch (error) {
      if (error instanceof DeadlineError) throw new StripeApiError('stripe_unavailable', error.message)
      if (error instanceof StripeApiError) limit.pauseFor(error.retryAfterMs)
      throw error
    }
  }
}
