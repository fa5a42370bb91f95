import { type Handler, processed } from '@sluice/events'
import { effectKey } from './effect-key.ts'
import { factsOfInvoice, readInvoice } from './invoice.ts'
import { dataOf, originOf } from './object.ts'

/**
 * An invoice could not be finalized.
 *
 * The customer cannot pay it until the staff fixes the cause, so the staff is notified.
 *
 * https://docs.stripe.com/api/invoices/object#invoice_object-last_finalization_error
 */
export const onInvoiceFinalizationFailed: Handler = (event) => {
  const invoice = readInvoice(dataOf(event).object)
  const origin = originOf(event)
  const key = effectKey(origin, `finalization_failed:${invoice.id}`)
  return processed(factsOfInvoice(invoice, origin), [
    { key, kind: 'invoice.finalization_failed', payload: { invoiceId: invoice.id } },
  ])
}
