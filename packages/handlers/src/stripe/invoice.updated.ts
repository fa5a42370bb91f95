import { type Handler, processed } from '@sluice/events'
import { factsOfInvoice, readInvoice } from './invoice.ts'
import { dataOf, originOf } from './object.ts'
import { plannedReminder } from './subscription-payment-workflow.ts'

/**
 * An invoice was created, finalized, updated, voided, marked uncollectible or deleted, or is due or overdue.
 *
 * The invoice contains the state. Only a deletion is recognized by the event type. An attempt that Stripe plans after a
 * failure may be named by `invoice.updated` alone, so its reminder is scheduled here too.
 *
 * https://docs.stripe.com/invoicing/integration/workflow-transitions
 */
export const onInvoiceUpdated: Handler = (event) => {
  const { object } = dataOf(event)
  const invoice = event.type === 'invoice.deleted' ? readInvoice(object, 'deleted') : readInvoice(object)
  const origin = originOf(event)
  return processed(factsOfInvoice(invoice, origin), plannedReminder(invoice, origin))
}
