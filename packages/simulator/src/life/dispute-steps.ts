import type { SentEvent } from '../sent-event.ts'
import { disputeObject } from '../stripe-objects/index.ts'
import { DAY, type Life, tell } from './life.ts'

/** The customer's bank takes the payment back, until it is decided: https://docs.stripe.com/disputes/how-disputes-work */
export const disputeSteps = {
  dispute_opened: (life: Life) => dispute(life, 10, 'charge.dispute.created', 'needs_response'),
  /** In the second in which it was opened. */
  dispute_withdrew: (life: Life) => dispute(life, 0, 'charge.dispute.funds_withdrawn', 'needs_response'),
  dispute_answered: (life: Life) => dispute(life, 3, 'charge.dispute.updated', 'under_review', 'needs_response'),
  dispute_lost: (life: Life) => dispute(life, 30, 'charge.dispute.closed', 'lost', 'under_review'),
  dispute_won: (life: Life) => dispute(life, 30, 'charge.dispute.closed', 'won', 'under_review'),
  dispute_reinstated: (life: Life) => dispute(life, 0, 'charge.dispute.funds_reinstated', 'won'),
}

function dispute(life: Life, days: number, type: string, status: string, previous?: string): SentEvent {
  const { payment } = life
  life.now += days * DAY
  payment.disputed = true
  const opened = payment.created + 10 * DAY
  const object = disputeObject({
    id: life.id('dp_', 'dispute'),
    chargeId: payment.chargeId,
    paymentIntentId: payment.intentId,
    amount: payment.amount,
    status,
    created: opened,
    evidenceDueBy: opened + 9 * DAY,
  })
  return tell(life, type, object, previous === undefined ? undefined : { status: previous })
}
