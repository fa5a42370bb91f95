import type { SentEvent } from '../../sent-event.ts'
import { disputeObject } from '../../stripe-objects/index.ts'
import { type CustomerState, DAY, emit } from '../state.ts'

/** A dispute from its opening to its outcome: https://docs.stripe.com/disputes/how-disputes-work */
export const disputeSteps = {
  dispute_opened: (state: CustomerState) => dispute(state, 10, 'charge.dispute.created', 'needs_response'),
  /** In the second in which the dispute was opened. */
  dispute_withdrew: (state: CustomerState) => dispute(state, 0, 'charge.dispute.funds_withdrawn', 'needs_response'),
  dispute_answered: (state: CustomerState) =>
    dispute(state, 3, 'charge.dispute.updated', 'under_review', 'needs_response'),
  dispute_lost: (state: CustomerState) => dispute(state, 30, 'charge.dispute.closed', 'lost', 'under_review'),
  dispute_won: (state: CustomerState) => dispute(state, 30, 'charge.dispute.closed', 'won', 'under_review'),
  dispute_reinstated: (state: CustomerState) => dispute(state, 0, 'charge.dispute.funds_reinstated', 'won'),
}

function dispute(state: CustomerState, days: number, type: string, status: string, previous?: string): SentEvent {
  const { payment } = state
  state.now += days * DAY
  payment.disputed = true
  const opened = payment.created + 10 * DAY
  const object = disputeObject({
    id: state.id('dp_', 'dispute'),
    chargeId: payment.chargeId,
    paymentIntentId: payment.intentId,
    amount: payment.amount,
    status,
    created: opened,
    evidenceDueBy: opened + 9 * DAY,
  })
  return emit(state, type, object, previous === undefined ? undefined : { status: previous })
}
