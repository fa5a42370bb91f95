import { type Handler, processed } from '@sluice/events'
import { customerOf, outcomeOf, readInvoice } from './invoice.ts'
import { dataOf, originOf } from './object.ts'
import { bookPayment } from './payment.ts'

/**
 * An invoice is paid. Stripe says so twice for an ordinary charge, as `invoice.paid` and `invoice.payment_succeeded`,
 * and once for one marked as paid by hand: the invoice's id makes it one payment.
 *
 * https://docs.stripe.com/billing/subscriptions/webhooks
 */
export const onInvoicePaid: Handler = (event) => {
  const invoice = readInvoice(dataOf(event).object)
  const origin = originOf(event)
  return processed([
    ...customerOf(invoice, origin),
    ...outcomeOf(invoice, 'paid', origin),
    ...bookPayment({
      ...origin,
      kind: 'payment',
      paymentId: invoice.id,
      status: 'succeeded',
      stripeInvoiceId: invoice.id,
      stripeSubscriptionId: invoice.subscriptionId,
      stripeCustomerId: invoice.customerId,
      amount: invoice.amountPaid,
      currency: invoice.currency,
      attemptCount: invoice.attemptCount,
      nextPaymentAttempt: null,
    }),
  ])
}
