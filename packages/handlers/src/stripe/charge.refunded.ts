import { type Handler, processed } from '@sluice/events'
import { z } from 'zod'
import { read } from '../read.ts'
import { amount, dataOf, originOf, reference } from './object.ts'
import { referencesTo } from './payment-reference.ts'
import { factsOfRefund, RefundBody } from './refund.ts'

const Charge = z.object({
  id: z.string().min(1),
  amount_refunded: amount,
  currency: z.string().min(1),
  payment_intent: reference,
  invoice: reference,
  refunds: z.object({ data: z.array(RefundBody.partial({ currency: true })) }).nullish(),
})

/**
 * A charge was refunded, in part or in full.
 *
 * The charge has the amount refunded so far; before 2022-11-15 it also lists its refunds, and before 2025-03-31.basil it
 * names the invoice that it paid.
 *
 * https://docs.stripe.com/refunds
 */
export const onChargeRefunded: Handler = (event) => {
  const charge = read(Charge, dataOf(event).object, 'charge')
  const origin = originOf(event)
  const known = { succeeded: true, ...(charge.invoice && { invoiceId: charge.invoice }) }
  const refunds = (charge.refunds?.data ?? []).map((refund) => ({
    ...refund,
    currency: refund.currency ?? charge.currency,
    charge: charge.id,
    payment_intent: refund.payment_intent ?? charge.payment_intent,
  }))
  return processed([
    ...referencesTo([charge.id], origin, { ...known, amountRefunded: charge.amount_refunded }),
    ...referencesTo([charge.payment_intent], origin, known),
    ...refunds.flatMap((refund) => factsOfRefund(refund, origin)),
  ])
}
