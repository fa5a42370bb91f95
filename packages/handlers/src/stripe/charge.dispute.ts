import {
  type Effect,
  EventError,
  type FundsDirection,
  type Handler,
  processed,
  type ReceivedEvent,
} from '@sluice/events'
import { z } from 'zod'
import { read } from '../read.ts'
import { BalanceTransactions, movementsOf } from './balance-transaction.ts'
import { effectKey, MOMENT_SECONDS } from './effect-key.ts'
import { amount, dataOf, originOf, reference, seconds, shown } from './object.ts'
import { referencesTo } from './payment-reference.ts'

const Dispute = z.object({
  /** Absent before 2014, when a charge had one dispute. */
  id: z.string().min(1).nullish(),
  charge: reference,
  payment_intent: reference,
  amount,
  currency: z.string().min(1),
  status: z.string().min(1),
  reason: shown(z.string()),
  evidence_details: shown(z.object({ due_by: shown(seconds) })),
  evidence_due_by: seconds.nullish(),
  balance_transactions: BalanceTransactions,
})

/** Stripe sends these when the money moves: https://docs.stripe.com/api/events/types */
const FUNDS: Record<string, FundsDirection> = {
  'charge.dispute.funds_withdrawn': 'withdrawn',
  'charge.dispute.funds_reinstated': 'reinstated',
}

/**
 * A customer disputed a charge, or a dispute changed.
 *
 * The staff is notified of a new dispute, since evidence has a due date, and of an inquiry, which has taken no money.
 * An inquiry that becomes a dispute is news of its own. A dispute may be lost from the start.
 *
 * https://docs.stripe.com/disputes/how-disputes-work
 */
export const onDispute: Handler = (event) => {
  const dispute = read(Dispute, dataOf(event).object, 'dispute')
  const origin = originOf(event)
  const disputeId = dispute.id ?? dispute.charge
  if (!disputeId) throw new EventError('invalid_object', 'dispute: id and charge are missing')
  return processed(
    [
      ...referencesTo([dispute.payment_intent, dispute.charge], origin),
      {
        kind: 'dispute',
        disputeId,
        chargeId: dispute.charge ?? null,
        paymentIntentId: dispute.payment_intent ?? null,
        amount: dispute.amount,
        currency: dispute.currency,
        status: dispute.status,
        reason: dispute.reason ?? null,
        evidenceDueBy: dispute.evidence_details?.due_by ?? dispute.evidence_due_by ?? null,
        funds: FUNDS[event.type] ?? null,
        movements: movementsOf(dispute.balance_transactions, dispute.currency),
        ...origin,
      },
    ],
    notificationOf(event, disputeId, dispute.status),
  )
}

/** Events that an inquiry becomes a dispute with. */
const GROWN = new Set(['charge.dispute.updated', 'charge.dispute.funds_withdrawn'])

/** A dispute has one notification, whichever event is the first to tell of it. */
function notificationOf(event: ReceivedEvent, disputeId: string, status: string): Effect[] {
  const stage = status.startsWith('warning_') ? 'inquiry' : 'dispute'
  const isNew = event.type === 'charge.dispute.created' || (GROWN.has(event.type) && status === 'needs_response')
  if (!isNew) return []
  return [
    {
      key: effectKey(originOf(event), stage === 'inquiry' ? `dispute_inquiry:${disputeId}` : `dispute:${disputeId}`),
      kind: 'dispute.opened',
      payload: { disputeId, stage, status },
      waitSeconds: MOMENT_SECONDS,
    },
  ]
}
