import { type Handler, processed } from '@sluice/events'
import { z } from 'zod'
import { read } from '../failure.ts'
import { dataOf, originOf, reference, required } from './object.ts'
import { referencesTo } from './payment-reference.ts'

const InvoicePayment = z.object({
  invoice: required,
  payment: z.object({ payment_intent: reference, charge: reference }).nullish(),
})

/**
 * A payment was put to an invoice: since 2025-03-31.basil nothing else says which payment intent paid which invoice, and
 * refunds name the intent alone.
 *
 * https://docs.stripe.com/changelog/basil/2025-03-31/add-support-for-multiple-partial-payments-on-invoices
 */
export const onInvoicePaymentPaid: Handler = (event) => {
  const { invoice, payment } = read(InvoicePayment, dataOf(event).object, 'invoice payment')
  const known = { paymentId: invoice, succeeded: true }
  return processed(referencesTo([payment?.payment_intent, payment?.charge], originOf(event), known))
}
