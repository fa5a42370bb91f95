import { type Handler, processed } from '@sluice/events'
import { customerOf, outcomeOf, readInvoice } from './invoice.ts'
import { dataOf, originOf } from './object.ts'

/**
 * An attempt to charge an invoice failed. Each attempt is a row of its own and moves no money.
 *
 * The event is rendered when it is sent: an invoice that is paid by then has nothing failed about it.
 */
export const onInvoicePaymentFailed: Handler = (event) => {
  const invoice = readInvoice(dataOf(event).object)
  const origin = originOf(event)
  if (invoice.isSettled) return processed(customerOf(invoice, origin))

  return processed([
    ...customerOf(invoice, origin),
    ...outcomeOf(invoice, 'failed', origin),
    {
      ...origin,
      kind: 'payment',
      paymentId: `${invoice.id}:failed:${invoice.attemptCount}`,
      status: 'failed',
      stripeInvoiceId: invoice.id,
      stripeSubscriptionId: invoice.subscriptionId,
      stripeCustomerId: invoice.customerId,
      amount: invoice.amountDue,
      currency: invoice.currency,
      attemptCount: invoice.attemptCount,
      nextPaymentAttempt: invoice.nextPaymentAttempt,
    },
  ])
}
