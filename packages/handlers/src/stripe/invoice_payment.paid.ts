import { type Handler, type PaymentFact, processed, type StripeFact } from '@sluice/events'
import { z } from 'zod'
import { read } from '../read.ts'
import { amount, dataOf, originOf, reference, required } from './object.ts'
import { referencesTo } from './payment-reference.ts'

const InvoicePayment = z.object({
  id: z.string().min(1).nullish(),
  invoice: required,
  amount_paid: amount.nullish(),
  currency: z.string().min(1).nullish(),
  payment: z
    .object({ type: z.string().nullish(), payment_intent: reference, charge: reference, payment_record: reference })
    .nullish(),
})

type InvoicePayment = z.output<typeof InvoicePayment>

/**
 * A payment was applied to an invoice, in whole or in part.
 *
 * Since 2025-03-31.basil this is the only event that links a payment intent to its invoice, and refunds name only the
 * intent. A payment record is money that was paid outside Stripe.
 *
 * https://docs.stripe.com/changelog/basil/2025-03-31/add-support-for-multiple-partial-payments-on-invoices
 */
export const onInvoicePaymentPaid: Handler = (event) => {
  const applied = read(InvoicePayment, dataOf(event).object, 'invoice payment')
  const origin = originOf(event)
  const { invoice: invoiceId, payment } = applied
  const references = referencesTo([payment?.payment_intent, payment?.charge], origin, { invoiceId, succeeded: true })
  return processed([...references, ...partOf(applied, origin)])
}

/** The customer and the subscription are those of the invoice. */
function partOf({ id, invoice, amount_paid, currency, payment }: InvoicePayment, origin: StripeFact): PaymentFact[] {
  if (!id || !amount_paid || amount_paid < 0 || !currency) return []
  const isExternal = payment?.type === 'payment_record' || Boolean(payment?.payment_record)
  return [
    {
      kind: 'payment',
      paymentId: invoice,
      status: 'succeeded',
      stripeInvoiceId: invoice,
      stripeSubscriptionId: null,
      stripeCustomerId: null,
      currency,
      part: { id, amount: amount_paid, isExternal },
      attemptCount: 0,
      nextPaymentAttempt: null,
      ...origin,
    },
  ]
}
