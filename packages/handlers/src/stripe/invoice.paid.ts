import type { Handler } from '@sluice/events'
import { readInvoice } from './invoice.ts'
import { dataOf, originOf } from './object.ts'
import { subscriptionPaymentRouter } from './subscription-payment-workflow.ts'

/**
 * An invoice was paid.
 *
 * Stripe sends `invoice.paid` and `invoice.payment_succeeded` for a charge, and `invoice.paid` alone for an invoice that
 * was marked as paid by hand. The invoice's id makes them one payment.
 *
 * https://docs.stripe.com/billing/subscriptions/webhooks
 */
export const onInvoicePaid: Handler = (event) => {
  const invoice = readInvoice(dataOf(event).object, 'paid')
  return subscriptionPaymentRouter('paid', invoice, originOf(event))
}
