import { type Handler, processed } from '@sluice/events'
import { z } from 'zod'
import { read } from '../read.ts'
import { amount, dataOf, originOf, reference } from './object.ts'
import { referencesTo } from './payment-reference.ts'
import { factsOfRefund, RefundBody } from './refund.ts'

const Listed = RefundBody.partial({ currency: true }).extend({ balance_transaction: z.unknown().optional() })

const Charge = z.object({
  id: z.string().min(1),
  amount: amount.nullish(),
  amount_captured: amount.nullish(),
  captured: z.boolean().nullish(),
  amount_refunded: amount,
  currency: z.string().min(1),
  payment_intent: reference,
  invoice: reference,
  refunds: z.object({ data: z.array(Listed) }).nullish(),
})

type Charge = z.output<typeof Charge>

/**
 * A charge was refunded, in part or in full.
 *
 * The charge has the amount refunded so far; before 2022-11-15 it also lists its refunds, and before 2025-03-31.basil it
 * names the invoice that it paid. What was authorized and not captured counts as refunded too, but was never received.
 *
 * https://docs.stripe.com/refunds
 */
export const onChargeRefunded: Handler = (event) => {
  const charge = read(Charge, dataOf(event).object, 'charge')
  const origin = originOf(event)
  const known = { ...(charge.captured !== false && { succeeded: true }), ...invoiceOf(charge) }
  const amountRefunded = Math.max(0, charge.amount_refunded - releasedOf(charge))
  const refunds = refundsOf(charge).map((refund) =>
    read(
      RefundBody,
      {
        ...refund,
        currency: refund.currency ?? charge.currency,
        charge: charge.id,
        payment_intent: refund.payment_intent ?? charge.payment_intent,
      },
      'refund',
    ),
  )
  return processed([
    ...referencesTo([charge.id], origin, { ...known, amountRefunded }),
    ...referencesTo([charge.payment_intent], origin, known),
    ...refunds.flatMap((refund) => factsOfRefund(refund, origin)),
  ])
}

const invoiceOf = ({ invoice }: Charge) => (invoice ? { invoiceId: invoice } : {})

/** The amount that was authorized and not captured. Stripe releases it as a refund without a balance transaction. */
function releasedOf({ amount, amount_captured, captured }: Charge): number {
  if (amount == null) return 0
  const received = captured === false ? 0 : (amount_captured ?? amount)
  return Math.max(0, amount - received)
}

/** The listed refunds, newest first, without the first one made if that released what was not captured. */
function refundsOf(charge: Charge): z.output<typeof Listed>[] {
  const listed = charge.refunds?.data ?? []
  const released = releasedOf(charge)
  const first = listed.at(-1)
  const isRelease = released > 0 && first?.amount === released && !first.balance_transaction
  return isRelease ? listed.slice(0, -1) : listed
}
