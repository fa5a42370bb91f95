import { bookUnclaimedPayments, type MergeRules } from '@sluice/database/commit'
import type { Pool } from '@sluice/database/pool'
import { reasonOf, type ThrottledLogger } from '@sluice/runtime/logger'
import { type Repeated, repeat } from './repeat.ts'

export interface BookingRules extends MergeRules {
  /** How long an invoice or a session may take to claim a payment intent. */
  unclaimedPaymentSeconds: number
}

/** Books payment intents that succeeded and that neither an invoice nor a Checkout session has claimed in time. */
export function startBookingPayments(
  pool: Pool,
  rules: BookingRules,
  intervalMs: number,
  throttledLog: ThrottledLogger,
): Repeated {
  const work = async (isStopped: () => boolean) => {
    let isMore = true
    while (isMore && !isStopped()) isMore = await bookUnclaimedPayments(pool, rules.unclaimedPaymentSeconds, rules)
  }
  return repeat(work, intervalMs, (error) => throttledLog.warn('Booking payments failed', { reason: reasonOf(error) }))
}
