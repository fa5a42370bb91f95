import { type Handler, processed } from '@sluice/events'
import { effectKey } from './effect-key.ts'
import { factsOfInvoice, isSettled, readInvoice } from './invoice.ts'
import { dataOf, originOf } from './object.ts'

/**
 * A payment of an invoice needs the customer's confirmation.
 *
 * The customer is asked to confirm once per attempt.
 *
 * https://docs.stripe.com/billing/subscriptions/overview
 */
export const onInvoicePaymentActionRequired: Handler = (event) => {
  const invoice = readInvoice(dataOf(event).object)
  const origin = originOf(event)
  const facts = factsOfInvoice(invoice, origin)
  if (isSettled(invoice)) return processed(facts)
  const key = effectKey(origin, `action_required:${invoice.id}:${invoice.contents.attemptCount}`)
  return processed(facts, [{ key, kind: 'payment.action_required', payload: { invoiceId: invoice.id } }])
}
