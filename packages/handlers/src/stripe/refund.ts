import { type Fact, type Handler, hasRefundEnded, processed, type StripeFact } from '@sluice/events'
import { z } from 'zod'
import { read } from '../failure.ts'
import { amount, dataOf, originOf, reference } from './object.ts'
import { referencesTo } from './payment-reference.ts'

export const RefundBody = z.object({
  id: z.string().min(1),
  charge: reference,
  payment_intent: reference,
  amount,
  currency: z.string().min(1),
  /** Old ones leave it out: they had succeeded when they were made. */
  status: z.string().nullish(),
})

/**
 * A customer is being given money back, or that failed later and the money is ours again. Each refund of a charge is an
 * event of its own; `charge.refund.updated` is the older name of the second.
 *
 * https://docs.stripe.com/refunds
 */
export const onRefund: Handler = (event) => {
  const refund = read(RefundBody, dataOf(event).object, 'refund')
  const hasFailed = event.type === 'refund.failed' && !hasRefundEnded(refund.status ?? '')
  return processed(factsOfRefund(hasFailed ? { ...refund, status: 'failed' } : refund, originOf(event)))
}

/** The refund, and the payment intent and charge by which it will find its payment. */
export function factsOfRefund(refund: z.output<typeof RefundBody>, origin: StripeFact): Fact[] {
  return [
    ...referencesTo([refund.payment_intent, refund.charge], origin),
    {
      kind: 'refund',
      refundId: refund.id,
      chargeId: refund.charge ?? null,
      paymentIntentId: refund.payment_intent ?? null,
      amount: refund.amount,
      currency: refund.currency,
      status: refund.status ?? 'succeeded',
      ...origin,
    },
  ]
}
