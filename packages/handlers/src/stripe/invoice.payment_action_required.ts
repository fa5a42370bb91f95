import { type Handler, processed } from '@sluice/events'
import { effectKey, MOMENT_SECONDS } from './effect-key.ts'
import { factsOfInvoice, isSettled, readInvoice } from './invoice.ts'
import { dataOf, originOf } from './object.ts'

/**
 * A payment of an invoice needs the customer's confirmation.
 *
 * The customer is asked to confirm once per attempt, after a short wait, because a buyer who pays a first invoice has
 * the form on the screen.
 *
 * https://docs.stripe.com/billing/subscriptions/overview
 */
export const onInvoicePaymentActionRequired: Handler = (event) => {
  const invoice = readInvoice(dataOf(event).object)
  const origin = originOf(event)
  if (isSettled(invoice)) return processed(factsOfInvoice(invoice, origin))
  const key = effectKey(origin, `action_required:${invoice.id}:${invoice.contents.attemptCount}`)
  return processed(factsOfInvoice(invoice, origin, 'action_required'), [
    { key, kind: 'payment.action_required', payload: { invoiceId: invoice.id }, waitSeconds: MOMENT_SECONDS },
  ])
}
