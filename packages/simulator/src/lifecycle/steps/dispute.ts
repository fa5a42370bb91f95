import type { SentEvent } from '../../sent-event.ts'
import { disputeObject, earlyFraudWarningObject } from '../../stripe-objects/index.ts'
import { type CustomerState, DAY, emit } from '../state.ts'

/** A dispute from its opening to its outcome: https://docs.stripe.com/disputes/how-disputes-work */
export const disputeSteps = {
  dispute_opened: (state: CustomerState) => dispute(state, 10, 'charge.dispute.created', 'needs_response'),
  /** In the second in which the dispute was opened. */
  dispute_withdrew: (state: CustomerState) => {
    move(state, -state.payment.amount, DISPUTE_FEE)
    return dispute(state, 0, 'charge.dispute.funds_withdrawn', 'needs_response')
  },
  dispute_answered: (state: CustomerState) =>
    dispute(state, 3, 'charge.dispute.updated', 'under_review', 'needs_response'),
  dispute_lost: (state: CustomerState) => dispute(state, 30, 'charge.dispute.closed', 'lost', 'under_review'),
  dispute_won: (state: CustomerState) => dispute(state, 30, 'charge.dispute.closed', 'won', 'under_review'),
  /** The fee is not given back. */
  dispute_reinstated: (state: CustomerState) => {
    move(state, state.payment.amount, 0)
    return dispute(state, 0, 'charge.dispute.funds_reinstated', 'won')
  },
  fraud_warned: (state: CustomerState) => {
    state.now += 2 * DAY
    return emit(state, 'radar.early_fraud_warning.created', fraudWarning(state, true))
  },
  fraud_warning_updated: (state: CustomerState) =>
    emit(state, 'radar.early_fraud_warning.updated', fraudWarning(state, false)),
}

/** In cents: https://docs.stripe.com/disputes/how-disputes-work */
const DISPUTE_FEE = 1_500

function move({ id, payment, now }: CustomerState, amount: number, fee: number): void {
  const { movements, intentId } = payment
  const name = `movement ${movements.length} of ${intentId.slice(0, -10)}`
  movements.push({ id: id('txn_', name), amount, fee, created: now })
}

const fraudWarning = ({ id, payment }: CustomerState, actionable: boolean) =>
  earlyFraudWarningObject({
    id: id('issfr_', 'fraud warning'),
    chargeId: payment.chargeId,
    paymentIntentId: payment.intentId,
    actionable,
    created: payment.created + 2 * DAY,
  })

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
    movements: payment.movements,
  })
  return emit(state, type, object, previous === undefined ? undefined : { status: previous })
}
