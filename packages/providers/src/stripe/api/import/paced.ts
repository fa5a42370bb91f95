import { setTimeout as sleep } from 'node:timers/promises'
import type { StripeApi } from '../client.ts'
import { modeOfKey } from './probe.ts'

/**
 * Requests per second: a quarter of Stripe's limit, so that workers and other programs have the rest.
 * https://docs.stripe.com/rate-limits
 */
const PER_SECOND = { live: 25, test: 6 }

/** The same API, whose requests start at most so often. A key of unknown mode counts as one of test mode. */
export function paced(api: StripeApi, key: string): StripeApi {
  const gapMs = 1000 / (modeOfKey(key) === true ? PER_SECOND.live : PER_SECOND.test)
  let nextAt = 0
  return {
    async fetchObject(path, owner) {
      const now = performance.now()
      const startAt = Math.max(now, nextAt)
      nextAt = startAt + gapMs
      if (startAt > now) await sleep(startAt - now)
      return api.fetchObject(path, owner)
    },
  }
}
