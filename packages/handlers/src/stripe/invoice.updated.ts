import { type Handler, processed } from '@sluice/events'
import { factsOfInvoice, readInvoice, withStatus } from './invoice.ts'
import { dataOf, originOf } from './object.ts'

/**
 * An invoice was created, finalized, updated, voided, marked uncollectible or deleted, or is due or overdue.
 *
 * The invoice contains the state. Only a deletion is recognized by the event type.
 *
 * https://docs.stripe.com/invoicing/integration/workflow-transitions
 */
export const onInvoiceUpdated: Handler = (event) => {
  const invoice = readInvoice(dataOf(event).object)
  const isDeleted = event.type === 'invoice.deleted'
  return processed(factsOfInvoice(isDeleted ? withStatus(invoice, 'deleted') : invoice, originOf(event)))
}
