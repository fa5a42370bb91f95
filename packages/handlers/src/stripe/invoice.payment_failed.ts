import { type Handler, processed } from '@sluice/events'
import { factsOfInvoice, isSettled, readInvoice } from './invoice.ts'
import { dataOf, originOf } from './object.ts'
import { subscriptionPaymentRouter } from './subscription-payment-workflow.ts'

/**
 * A payment of an invoice failed.
 *
 * Each failed attempt is a separate row and moves no money. Stripe renders the event when it sends it. If the invoice
 * has been paid by then, it is recorded as paid, without a failed attempt.
 */
export const onInvoicePaymentFailed: Handler = (event) => {
  const invoice = readInvoice(dataOf(event).object)
  const origin = originOf(event)
  if (isSettled(invoice)) return processed(factsOfInvoice(invoice, origin))
  return subscriptionPaymentRouter('failed', invoice, origin)
}
