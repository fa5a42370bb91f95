import type { Handler } from '@sluice/events'
import { readInvoice, withStatus } from './invoice.ts'
import { dataOf, originOf } from './object.ts'
import { subscriptionPaymentRouter } from './subscription-payment-workflow.ts'

/**
 * An invoice is paid. Stripe says so twice for an ordinary charge, as `invoice.paid` and `invoice.payment_succeeded`,
 * and once for one marked as paid by hand: the invoice's id makes it one payment.
 *
 * https://docs.stripe.com/billing/subscriptions/webhooks
 */
export const onInvoicePaid: Handler = (event) => {
  const invoice = withStatus(readInvoice(dataOf(event).object), 'paid')
  return subscriptionPaymentRouter('paid', invoice, originOf(event))
}
