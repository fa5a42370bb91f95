import { type Handler, processed } from '@sluice/events'
import { z } from 'zod'
import { read } from '../read.ts'
import { dataOf, originOf, reference, required } from './object.ts'
import { referencesTo } from './payment-reference.ts'

const InvoicePayment = z.object({
  invoice: required,
  payment: z.object({ payment_intent: reference, charge: reference }).nullish(),
})

/**
 * A payment was applied to an invoice.
 *
 * Since 2025-03-31.basil this is the only event that links a payment intent to its invoice, and refunds name only the
 * intent.
 *
 * https://docs.stripe.com/changelog/basil/2025-03-31/add-support-for-multiple-partial-payments-on-invoices
 */
export const onInvoicePaymentPaid: Handler = (event) => {
  const { invoice, payment } = read(InvoicePayment, dataOf(event).object, 'invoice payment')
  const known = { paymentId: invoice, succeeded: true }
  return processed(referencesTo([payment?.payment_intent, payment?.charge], originOf(event), known))
}
