import { type Handler, processed } from '@sluice/events'
import { factsOfInvoice, readInvoice, withStatus } from './invoice.ts'
import { dataOf, originOf } from './object.ts'

/**
 * An invoice was drafted, finalized, changed, voided, given up, is due or overdue, or its draft was deleted: the invoice
 * says how it stands, and only a deletion does not show in it.
 *
 * https://docs.stripe.com/invoicing/integration/workflow-transitions
 */
export const onInvoiceUpdated: Handler = (event) => {
  const invoice = readInvoice(dataOf(event).object)
  const isDeleted = event.type === 'invoice.deleted'
  return processed(factsOfInvoice(isDeleted ? withStatus(invoice, 'deleted') : invoice, originOf(event)))
}
