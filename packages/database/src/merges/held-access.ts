import type { InvoiceOutcome } from './invoice-outcomes.ts'
import type { MergeRules } from './merge-rows.ts'

/** Of the registers of a subscription. */
interface Known {
  snapshot?: object
  outcomes?: InvoiceOutcome[]
  checkout?: string
  unanswered?: true
}

/** The longest that access waits for an answer of Stripe, which is asked at the next round, after seconds. */
const HOLD_MS = 120_000

/** An event of an earlier payment was sent again, or was missed: the subscription may have ended meanwhile. */
const FRESH_MS = 600_000

/**
 * Until when access that a payment would give waits for the snapshot; null if it does not wait.
 *
 * A renewal that is paid, of a subscription that was never seen, may be the late invoice of one that has ended, so Stripe
 * is asked first. A first payment gives access at once: its snapshot is on its way. Without an API key, and where Stripe
 * does not answer, a payment counts by itself.
 *
 * @returns ISO 8601
 */
export function heldUntil(registers: Known, { asksStripe }: MergeRules): string | null {
  if (!asksStripe || registers.snapshot || registers.unanswered) return null
  const isFirst = beginningsOf(registers).some((time) => Date.parse(time) > Date.now() - FRESH_MS)
  return isFirst ? null : new Date(Date.now() + HOLD_MS).toISOString()
}

/** When a first invoice or a checkout was paid. */
const beginningsOf = ({ checkout, outcomes = [] }: Known): string[] => [
  ...(checkout ? [checkout] : []),
  ...outcomes
    .filter(({ outcome, billingReason }) => outcome === 'paid' && billingReason === 'subscription_create')
    .map(({ occurredAt }) => occurredAt),
]
