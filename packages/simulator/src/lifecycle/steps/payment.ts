import type { SentEvent } from '../../sent-event.ts'
import { chargeObject, paymentIntentObject, type RefundOptions, refundObject } from '../../stripe-objects/index.ts'
import { type CustomerState, DAY, emit, metadataOf } from '../state.ts'

/** The share of a payment that each refund returns. */
const PART = 0.3

export const paymentSteps = {
  intent_succeeded: (state: CustomerState) => emit(state, 'payment_intent.succeeded', intent(state, true)),
  intent_failed: (state: CustomerState) => emit(state, 'payment_intent.payment_failed', intent(state, false)),
  /** A payment on the host.s own page, whose metadata names the user; no invoice or session belongs to it. */
  own_intent_failed: (state: CustomerState) => emit(state, 'payment_intent.payment_failed', ownIntent(state, false)),
  own_intent_succeeded: (state: CustomerState) => {
    state.now += 60
    return emit(state, 'payment_intent.succeeded', ownIntent(state, true))
  },
  charge_succeeded: (state: CustomerState) => emit(state, 'charge.succeeded', charge(state)),
  charge_captured: (state: CustomerState) => emit(state, 'charge.captured', charge(state)),
  /** A further partial refund. */
  refunded: (state: CustomerState) => refund(state, 'succeeded'),
  /** A refund that takes days to arrive. */
  refund_began: (state: CustomerState) => refund(state, 'pending'),
  refund_arrived: (state: CustomerState) => {
    state.now += DAY
    return settleRefund(state, 'succeeded', 'refund.updated')
  },
  /** The last refund fails days after it had succeeded. */
  refund_failed: (state: CustomerState) => {
    state.now += 3 * DAY
    return settleRefund(state, 'failed', 'refund.failed')
  },
  /** The failed refund under the second name that Stripe sends it by. */
  refund_updated: (state: CustomerState) => emit(state, 'refund.updated', refundObject(lastRefund(state))),
  /** The name of the event before Stripe had `refund.*`. */
  charge_refund_updated: (state: CustomerState) =>
    emit(state, 'charge.refund.updated', refundObject(lastRefund(state))),
  /** The charge with the sum of its refunds so far. */
  charge_refunded: (state: CustomerState) =>
    emit(state, 'charge.refunded', charge(state), { amount_refunded: refundedBefore(state) }),
}

function refund(state: CustomerState, status: RefundOptions['status']): SentEvent {
  const { payment } = state
  state.now += DAY
  const made = {
    id: state.id('re_', `refund ${payment.refunds.length} of ${payment.intentId.slice(0, -10)}`),
    chargeId: payment.chargeId,
    paymentIntentId: payment.intentId,
    amount: Math.floor(payment.amount * PART),
    status,
    created: state.now,
  }
  payment.refunds.unshift(made)
  return emit(state, 'refund.created', refundObject(made))
}

function settleRefund(state: CustomerState, status: RefundOptions['status'], type: string): SentEvent {
  const previous = { status: lastRefund(state).status }
  state.payment.refunds[0] = { ...lastRefund(state), status }
  return emit(state, type, refundObject(lastRefund(state)), previous)
}

function lastRefund({ payment: { refunds } }: CustomerState): RefundOptions {
  if (!refunds[0]) throw new Error('a step is about a refund, and none was made before it')
  return refunds[0]
}

/** The sum of a payment's refunds, in the currency's minor unit. */
export const refundedOf = ({ refunds }: Pick<CustomerState['payment'], 'refunds'>): number => sumOf(refunds)

const sumOf = (refunds: RefundOptions[]): number =>
  refunds.reduce((sum, { status, amount }) => sum + (status === 'failed' ? 0 : amount), 0)

const refundedBefore = ({ payment }: CustomerState): number => sumOf(payment.refunds.slice(1))

const charge = ({ payment, customer, version }: CustomerState) =>
  chargeObject({
    ...payment,
    id: payment.chargeId,
    paymentIntentId: payment.intentId,
    customerId: customer.id,
    amountRefunded: refundedOf(payment),
    version,
  })

const intent = ({ payment, customer, version }: CustomerState, succeeded: boolean) =>
  paymentIntentObject({ ...payment, id: payment.intentId, customerId: customer.id, succeeded, version })

const ownIntent = ({ id, customer, version, now, ...state }: CustomerState, succeeded: boolean) =>
  paymentIntentObject({
    id: id('pi_', 'own intent'),
    chargeId: id('ch_', `charge of own intent that ${succeeded ? 'succeeded' : 'failed'}`),
    customerId: customer.id,
    amount: 5_000,
    created: now,
    succeeded,
    metadata: metadataOf(state),
    version,
  })
