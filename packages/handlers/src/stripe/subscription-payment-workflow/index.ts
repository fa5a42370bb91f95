/**
 * The subscription payment workflow: what follows when Stripe has tried to charge an invoice.
 *
 *   invoice.paid, invoice.payment_succeeded, invoice.payment_failed
 *     └─ subscriptionPaymentRouter       which of the two routes it takes
 *          ├─ succeeded
 *          │    ├─ recordSubscriptionPayment   the payment, once under the invoice's id
 *          │    ├─ updateAccounting            its two sides in the ledger
 *          │    ├─ generateReceipt             receipt, as PDF and e-mail
 *          │    └─ generateInvoice             the document of the invoice, as PDF and e-mail
 *          └─ failed
 *               ├─ recordSubscriptionPayment   the failed attempt, once under invoice and attempt
 *               └─ paymentFailureHandling      notice and reminder, or the last notice
 *
 * Subscription state, entitlements, and the entries of refunds and lost disputes follow from the merged facts, in the
 * transaction that writes them. The charge itself is tried again by Stripe, never by us:
 * https://docs.stripe.com/billing/revenue-recovery/smart-retries
 */
export { generateInvoice } from './generate-invoice.ts'
export { generateReceipt } from './generate-receipt.ts'
export { paymentFailureHandling } from './payment-failure-handling.ts'
export { recordSubscriptionPayment } from './record-subscription-payment.ts'
export { subscriptionPaymentRouter } from './subscription-payment-router.ts'
export { updateAccounting } from './update-accounting.ts'
