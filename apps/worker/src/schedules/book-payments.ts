import { bookUnclaimedPayments, type MergeRules } from '@sluice/database/commit'
import type { Pool } from '@sluice/database/pool'
import { reasonOf, type ThrottledLogger } from '@sluice/runtime/logger'
import { type Repeated, repeat } from './repeat.ts'

/**
 * Books payment intents that succeeded and that neither an invoice nor a Checkout session has claimed in time.
 *
 * @param unclaimedSeconds how long they may take to claim one
 */
export function startBookingPayments(
  pool: Pool,
  rules: MergeRules,
  unclaimedSeconds: number,
  intervalMs: number,
  throttledLog: ThrottledLogger,
): Repeated {
  const work = async (isStopped: () => boolean) => {
    let isMore = true
    while (isMore && !isStopped()) isMore = await bookUnclaimedPayments(pool, unclaimedSeconds, rules)
  }
  return repeat(work, intervalMs, (error) => throttledLog.warn('Booking payments failed', { reason: reasonOf(error) }))
}
