import { type Effect, type Handler, processed } from '@sluice/events'
import { z } from 'zod'
import { read } from '../failure.ts'
import { effectKey } from './effect-key.ts'
import { amount, dataOf, originOf, reference, seconds } from './object.ts'
import { referencesTo } from './payment-reference.ts'

const Dispute = z.object({
  id: z.string().min(1),
  charge: reference,
  payment_intent: reference,
  amount,
  currency: z.string().min(1),
  status: z.string().min(1),
  reason: z.string().nullish(),
  evidence_details: z.object({ due_by: seconds.nullish() }).nullish(),
})

/**
 * A customer contested a charge at the bank, or such a dispute moved on. It says how it stands, and may be made already
 * lost; the staff is told of a new one, since evidence has a date.
 *
 * https://docs.stripe.com/disputes/how-disputes-work
 */
export const onDispute: Handler = (event) => {
  const dispute = read(Dispute, dataOf(event).object, 'dispute')
  const origin = originOf(event)
  const alert: Effect = {
    key: effectKey(origin, `dispute:${dispute.id}`),
    kind: 'dispute.opened',
    payload: { disputeId: dispute.id },
  }
  return processed(
    [
      ...referencesTo([dispute.payment_intent, dispute.charge], origin),
      {
        ...origin,
        kind: 'dispute',
        disputeId: dispute.id,
        chargeId: dispute.charge ?? null,
        paymentIntentId: dispute.payment_intent ?? null,
        amount: dispute.amount,
        currency: dispute.currency,
        status: dispute.status,
        reason: dispute.reason ?? null,
        evidenceDueBy: dispute.evidence_details?.due_by ?? null,
      },
    ],
    event.type === 'charge.dispute.created' ? [alert] : [],
  )
}
