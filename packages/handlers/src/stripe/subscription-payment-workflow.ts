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
 *               └─ paymentFailureHandling      notice or final notice, and reminders
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
import { effectKey, MOMENT_SECONDS, RECEIPT_SECONDS } from './effect-key.ts'
import { customerOf, type Invoice, invoiceFact, outcomeOf, paymentOf, referencesOf } from './invoice.ts'

type Outcome = Extract<InvoiceOutcomeFact['outcome'], 'paid' | 'failed'>

/** Routes the outcome of a charge. A payment is booked and confirmed; a failure leads to notices. */
export function subscriptionPaymentRouter(outcome: Outcome, invoice: Invoice, origin: StripeFact): Decision {
  const payment = recordSubscriptionPayment(outcome, invoice, origin)
  const facts = [
    ...customerOf(invoice, origin),
    ...outcomeOf(invoice, outcome, origin),
    invoiceFact(invoice, origin, outcome === 'failed' ? 'failed' : undefined),
    ...referencesOf(invoice, origin),
    payment,
  ]
  if (outcome === 'paid') return processed(facts, [...generateReceipt(payment), ...generateInvoice(payment, invoice)])
  const paidSoFar = invoice.money.amount > 0 ? [paymentOf(invoice, origin)] : []
  return processed([...facts, ...paidSoFar], paymentFailureHandling(invoice, origin))
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
  const key = effectKey(payment, `receipt:${paymentId}`)
  return [{ key, kind: 'receipt', payload: { paymentId }, waitSeconds: RECEIPT_SECONDS }]
}

/**
 * One invoice document per paid invoice, also of one that the customer's balance paid whole. An invoice of zero, as in
 * a trial, has none.
 */
export function generateInvoice(payment: PaymentFact, { contents }: Invoice): Effect[] {
  const { paymentId, money } = payment
  if (!money?.amount && (contents.details?.total ?? 0) <= 0) return []
  const key = effectKey(payment, `invoice:${paymentId}`)
  return [{ key, kind: 'invoice', payload: { paymentId }, waitSeconds: RECEIPT_SECONDS }]
}

/** Delay of the reminder after Stripe's next attempt, so that its result can arrive first. */
const REMINDER_DELAY_MS = 3_600_000

/**
 * A notice if Stripe plans another attempt, the final notice if it plans none. Both are written, and the invoice as it
 * stands a moment later decides which one is sent, because the plan may come with a later event. A reminder follows
 * each planned attempt.
 */
export function paymentFailureHandling(invoice: Invoice, origin: StripeFact): Effect[] {
  const { id: invoiceId, contents } = invoice
  const { attemptCount: attempt } = contents
  return [
    {
      key: effectKey(origin, `payment_failed:${invoiceId}:${attempt}`),
      kind: 'payment.failed',
      payload: { invoiceId, attempt },
      waitSeconds: MOMENT_SECONDS,
    },
    {
      key: effectKey(origin, `payment_final_notice:${invoiceId}:${attempt}`),
      kind: 'payment.final_notice',
      payload: { invoiceId, attempt },
      waitSeconds: MOMENT_SECONDS,
    },
    ...plannedReminder(invoice, origin),
  ]
}

/** The reminder that follows the planned attempt of an open invoice; its key names the time, because plans change. */
export function plannedReminder({ id: invoiceId, contents }: Invoice, origin: StripeFact): Effect[] {
  const { status, attemptCount: attempt, nextPaymentAttempt: after } = contents
  if (status !== 'open' || attempt === 0 || after === null) return []
  const planned = new Date(after)
  return [
    {
      key: effectKey(origin, `payment_reminder:${invoiceId}:${attempt}:${planned.getTime() / 1000}`),
      kind: 'payment.reminder',
      payload: { invoiceId, attempt, after },
      availableAt: new Date(planned.getTime() + REMINDER_DELAY_MS),
      waitSeconds: MOMENT_SECONDS,
    },
  ]
}
