import type { TracedPayment } from '../merges/payment.ts'

export interface PaymentCounts {
  succeeded: number
  failed: number
}

/** How many payments each event was the first to tell of. */
export function countPayments(facts: TracedPayment[], made: ReadonlySet<string>): Map<string, PaymentCounts> {
  const counts = new Map<string, PaymentCounts>()
  const untold = new Set(made)
  for (const { paymentId, webhookEventId, status } of facts) {
    if (!untold.delete(paymentId)) continue
    const count = counts.get(webhookEventId) ?? { succeeded: 0, failed: 0 }
    count[status] += 1
    counts.set(webhookEventId, count)
  }
  return counts
}
