import { type Handler, processed } from '@sluice/events'
import { factsOfInvoice, isSettled, readInvoice } from './invoice.ts'
import { dataOf, originOf } from './object.ts'
import { subscriptionPaymentRouter } from './subscription-payment-workflow.ts'

/**
 * An attempt to charge an invoice failed. Each attempt is a row of its own and moves no money.
 *
 * The event is rendered when it is sent: an invoice that is paid by then has nothing failed about it.
 */
export const onInvoicePaymentFailed: Handler = (event) => {
  const invoice = readInvoice(dataOf(event).object)
  const origin = originOf(event)
  if (isSettled(invoice)) return processed(factsOfInvoice(invoice, origin))
  return subscriptionPaymentRouter('failed', invoice, origin)
}
