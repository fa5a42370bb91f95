/**
 * The subscription payment workflow: handles the result of Stripe's attempt to charge an invoice.
 *
 *   invoice.paid, invoice.payment_succeeded, invoice.payment_failed
 *     └─ subscriptionPaymentRouter
 *          ├─ paid
 *          │    ├─ recordSubscriptionPayment   the payment, once per invoice
 *          │    ├─ updateAccounting            its debit and credit in the ledger
 *          │    ├─ generateReceipt             receipt, as PDF and e-mail
 *          │    └─ generateInvoice             invoice, as PDF and e-mail
 *          └─ failed
 *               ├─ recordSubscriptionPayment   the failed attempt, once per invoice and attempt
 *               └─ paymentFailureHandling      notice and reminder, or the final notice
 *
 * Subscription state, entitlements, and the ledger entries of refunds and disputes follow from the merged facts, in the
 * transaction that writes them. Only Stripe retries the charge:
 * https://docs.stripe.com/billing/revenue-recovery/smart-retries
 */
import {
  type Decision,
  type Effect,
  type InvoiceOutcomeFact,
  type LedgerEntryFact,
  type PaymentFact,
  processed,
  type StripeFact,
  transfer,
} from '@sluice/events'
import { effectKey } from './effect-key.ts'
import { customerOf, type Invoice, invoiceFact, outcomeOf, referencesOf } from './invoice.ts'

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
  if (outcome === 'failed') return processed(facts, paymentFailureHandling(invoice, payment))
  return processed([...facts, ...updateAccounting(payment)], [...generateReceipt(payment), ...generateInvoice(payment)])
}

/**
 * The payment of an invoice, or its failed attempt. An invoice is paid once, so its id identifies the payment,
 * whichever event reports it. A failed attempt is identified by the invoice and the attempt number.
 */
export function recordSubscriptionPayment(outcome: Outcome, invoice: Invoice, origin: StripeFact): PaymentFact {
  const { id, customerId, subscriptionId, contents } = invoice
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

/** The two sides of a payment in the ledger: cash and revenue. A payment of zero, as in a trial, has no entry. */
export function updateAccounting({ paymentId, amount, currency, account, livemode }: PaymentFact): LedgerEntryFact[] {
  if (amount <= 0) return []
  const entryKey = `payment:${paymentId}`
  const lines = transfer('cash', 'revenue', amount)
  return [{ kind: 'ledgerEntry', entryKey, paymentId, stripeAccount: account, livemode, currency, lines }]
}

/** One receipt per payment. A payment of zero, as in a trial, has none. */
export function generateReceipt(payment: PaymentFact): Effect[] {
  const { paymentId, amount } = payment
  if (amount <= 0) return []
  return [{ key: effectKey(payment, `receipt:${paymentId}`), kind: 'receipt', payload: { paymentId } }]
}

/** One invoice document per paid invoice. An invoice of zero, as in a trial, has none. */
export function generateInvoice(payment: PaymentFact): Effect[] {
  const { paymentId, amount } = payment
  if (amount <= 0) return []
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
