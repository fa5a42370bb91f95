import { type Handler, processed } from '@sluice/events'
import { factsOfInvoice, readInvoice, withStatus } from './invoice.ts'
import { dataOf, originOf } from './object.ts'

/**
 * An invoice was created, finalized, updated, voided, marked uncollectible or deleted, or is due or overdue.
 *
 * The invoice has the state, except for a deletion, which only the type of the event tells.
 *
 * https://docs.stripe.com/invoicing/integration/workflow-transitions
 */
export const onInvoiceUpdated: Handler = (event) => {
  const invoice = readInvoice(dataOf(event).object)
  const isDeleted = event.type === 'invoice.deleted'
  return processed(factsOfInvoice(isDeleted ? withStatus(invoice, 'deleted') : invoice, originOf(event)))
}
