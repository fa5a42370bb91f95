/**
 * The subscription payment workflow: handles the result of Stripe's attempt to charge an invoice.
 *
 *   invoice.paid, invoice.payment_succeeded, invoice.payment_failed
 *     └─ subscriptionPaymentRouter
 *          ├─ paid
 *          │    ├─ recordSubscriptionPayment   the payment, once per invoice
 *          │    ├─ generateReceipt             receipt, as PDF and e-mail
 *          │    └─ generateInvoice             invoice, as PDF and e-mail
 *          └─ failed
 *               ├─ recordSubscriptionPayment   the failed attempt, once per invoice and attempt
 *               └─ paymentFailureHandling      notice and reminder, or the final notice
 *
 * Subscription state, entitlements, and the entries of the ledger follow from the merged facts, in the transaction that
 * writes them. Only Stripe retries the charge:
 * https://docs.stripe.com/billing/revenue-recovery/smart-retries
 */
import {
  type Decision,
  type Effect,
  type InvoiceOutcomeFact,
  type PaymentFact,
  processed,
  type StripeFact,
} from '@sluice/events'
import { effectKey } from './effect-key.ts'
import { customerOf, type Invoice, invoiceFact, outcomeOf, paymentOf, referencesOf } from './invoice.ts'

type Outcome = Exclude<InvoiceOutcomeFact['outcome'], 'void'>

/** Routes the outcome of a charge. A payment is booked and confirmed; a failure leads to notices. */
export function subscriptionPaymentRouter(outcome: Outcome, invoice: Invoice, origin: StripeFact): Decision {
  const payment = recordSubscriptionPayment(outcome, invoice, origin)
  const facts = [
    ...customerOf(invoice, origin),
    ...outcomeOf(invoice, outcome, origin),
    invoiceFact(invoice, origin),
    ...referencesOf(invoice, origin),
    payment,
  ]
  if (outcome === 'paid') return processed(facts, [...generateReceipt(payment), ...generateInvoice(payment)])
  const paidSoFar = invoice.money.amount > 0 ? [paymentOf(invoice, origin)] : []
  return processed([...facts, ...paidSoFar], paymentFailureHandling(invoice, payment))
}

/**
 * The payment of an invoice, or its failed attempt. An invoice has one payment, so its id identifies it, whichever event
 * reports it. A failed attempt is identified by the invoice and the attempt number.
 */
export function recordSubscriptionPayment(outcome: Outcome, invoice: Invoice, origin: StripeFact): PaymentFact {
  const { id, contents } = invoice
  const payment = paymentOf(invoice, origin)
  if (outcome === 'paid') return payment
  const { attemptCount, nextPaymentAttempt, amountDue } = contents
  return {
    ...payment,
    paymentId: `${id}:failed:${attemptCount}`,
    status: 'failed',
    money: { amount: amountDue, external: 0, total: amountDue, tax: 0 },
    nextPaymentAttempt: nextPaymentAttempt === null ? null : new Date(nextPaymentAttempt),
  }
}

/** One receipt per payment. A payment of zero, as in a trial, has none. */
export function generateReceipt(payment: PaymentFact): Effect[] {
  const { paymentId, money } = payment
  if (!money?.amount) return []
  return [{ key: effectKey(payment, `receipt:${paymentId}`), kind: 'receipt', payload: { paymentId } }]
}

/** One invoice document per paid invoice. An invoice of zero, as in a trial, has none. */
export function generateInvoice(payment: PaymentFact): Effect[] {
  const { paymentId, money } = payment
  if (!money?.amount) return []
  return [{ key: effectKey(payment, `invoice:${paymentId}`), kind: 'invoice', payload: { paymentId } }]
}

/** Delay of the reminder after Stripe's next attempt, so that its result can arrive first. */
const REMINDER_DELAY_MS = 3_600_000

/**
 * If Stripe will retry: a notice now, and a reminder after the retry, which is dropped if the state has changed by
 * then. Otherwise: the final notice.
 */
export function paymentFailureHandling(invoice: Invoice, payment: PaymentFact): Effect[] {
  const { nextPaymentAttempt } = payment
  if (nextPaymentAttempt === null) return [finalNotice(invoice, payment)]
  return [notice(invoice, payment), reminder(invoice, payment, nextPaymentAttempt)]
}

const notice = ({ id }: Invoice, payment: PaymentFact): Effect => ({
  key: effectKey(payment, `payment_failed:${id}:${payment.attemptCount}`),
  kind: 'payment.failed',
  payload: { invoiceId: id, attempt: payment.attemptCount },
})

const reminder = ({ id }: Invoice, payment: PaymentFact, nextAttempt: Date): Effect => ({
  key: effectKey(payment, `payment_reminder:${id}:${payment.attemptCount}`),
  kind: 'payment.reminder',
  payload: { invoiceId: id, attempt: payment.attemptCount },
  availableAt: new Date(nextAttempt.getTime() + REMINDER_DELAY_MS),
})

const finalNotice = ({ id }: Invoice, payment: PaymentFact): Effect => ({
  key: effectKey(payment, `payment_final_notice:${id}`),
  kind: 'payment.final_notice',
  payload: { invoiceId: id },
})
