import type { Effect, PaymentFact } from '@sluice/events'
import { effectKey } from '../effect-key.ts'
import type { Invoice } from '../invoice.ts'

/** Stripe's next attempt has had its time by then, and its outcome its way to us. */
const REMINDER_DELAY_MS = 3_600_000

/**
 * The customer is told of a failed charge: while Stripe will try again, a notice now and a reminder after that attempt,
 * which is dropped if the state has changed by then; when Stripe will not, the last notice.
 */
export function paymentFailureHandling(invoice: Invoice, payment: PaymentFact): Effect[] {
  const { nextPaymentAttempt } = payment
  if (nextPaymentAttempt === null) return [lastNotice(invoice, payment)]
  return [notice(invoice, payment), reminder(invoice, payment, nextPaymentAttempt)]
}

const notice = ({ id }: Invoice, payment: PaymentFact): Effect => ({
  key: effectKey(payment, `payment_failed:${id}:${payment.attemptCount}`),
  kind: 'payment.failed',
  payload: { invoiceId: id, paymentId: payment.paymentId },
})

const reminder = ({ id }: Invoice, payment: PaymentFact, nextAttempt: Date): Effect => ({
  key: effectKey(payment, `payment_reminder:${id}:${payment.attemptCount}`),
  kind: 'payment.reminder',
  payload: { invoiceId: id },
  availableAt: new Date(nextAttempt.getTime() + REMINDER_DELAY_MS),
})

const lastNotice = ({ id }: Invoice, payment: PaymentFact): Effect => ({
  key: effectKey(payment, `payment_final_notice:${id}`),
  kind: 'payment.final_notice',
  payload: { invoiceId: id },
})
