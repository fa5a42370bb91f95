import type { InvoiceOutcomeFact, PaymentFact, StripeFact } from '@sluice/events'
import type { Invoice } from '../invoice.ts'

/**
 * The payment of an invoice. An invoice is paid once, so its id is the payment's, whichever event tells of it; each
 * failed attempt is a row of its own, under the invoice's id and the number of the attempt.
 */
export function recordSubscriptionPayment(
  outcome: InvoiceOutcomeFact['outcome'],
  { id, customerId, subscriptionId, contents }: Invoice,
  origin: StripeFact,
): PaymentFact {
  const isPaid = outcome === 'paid'
  const nextAttempt = isPaid ? null : contents.nextPaymentAttempt
  return {
    kind: 'payment',
    paymentId: isPaid ? id : `${id}:failed:${contents.attemptCount}`,
    status: isPaid ? 'succeeded' : 'failed',
    stripeInvoiceId: id,
    stripeSubscriptionId: subscriptionId,
    stripeCustomerId: customerId,
    amount: isPaid ? contents.amountPaid : contents.amountDue,
    currency: contents.currency,
    attemptCount: contents.attemptCount,
    nextPaymentAttempt: nextAttempt === null ? null : new Date(nextAttempt),
    ...origin,
  }
}
