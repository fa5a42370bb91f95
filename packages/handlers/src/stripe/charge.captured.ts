import { type Handler, processed } from '@sluice/events'
import { z } from 'zod'
import { read } from '../read.ts'
import { creditTermsOf } from './credit-terms.ts'
import { customerNamed } from './customer-named.ts'
import { amount, dataOf, originOf, payerMetadata, reference, shown } from './object.ts'
import { payerOf } from './payment-intent.ts'
import { referencesTo } from './payment-reference.ts'

const Charge = z.object({
  id: z.string().min(1),
  amount,
  amount_captured: amount.nullish(),
  captured: z.boolean().nullish(),
  currency: z.string().min(1),
  customer: reference,
  receipt_email: shown(z.string()),
  billing_details: shown(z.object({ email: shown(z.string()) })),
  invoice: reference,
  payment_intent: reference,
  /** Set on the payment that a connected account gets from a transfer. */
  source_transfer: reference,
  metadata: payerMetadata,
})

/**
 * A charge succeeded, or was captured later.
 *
 * A charge of a payment intent has the intent's money. One without an intent was made by the Charges API, and is a
 * payment of its own unless an invoice claims it. A transfer to a connected account is no payment of a customer. Before
 * 2020-08-27 there is no `amount_captured`.
 *
 * https://docs.stripe.com/payments/place-a-hold-on-a-payment-method
 */
export const onChargeCaptured: Handler = (event) => {
  const charge = read(Charge, dataOf(event).object, 'charge')
  const origin = originOf(event)
  const customer = customerNamed({ customerId: charge.customer, userId: charge.metadata?.user_id }, origin)
  if (charge.captured === false || charge.source_transfer) return processed(customer)
  const known = { invoiceId: charge.invoice ?? null, succeeded: true }
  const received = {
    amount: charge.amount_captured ?? charge.amount,
    currency: charge.currency,
    customerId: charge.customer ?? null,
    email: charge.receipt_email ?? charge.billing_details?.email ?? null,
    ...payerOf(charge.metadata?.user_id),
  }
  const creditTerms = creditTermsOf(charge.metadata)
  const payer = charge.payment_intent ?? charge.id
  return processed([
    ...customer,
    ...referencesTo([payer], origin, {
      ...known,
      ...(received.amount > 0 && { received }),
      ...(creditTerms && { creditTerms }),
    }),
    ...(payer === charge.id ? [] : referencesTo([charge.id], origin, known)),
  ])
}
