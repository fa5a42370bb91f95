import type { SentEvent } from '../sent-event.ts'
import { chargeObject, paymentIntentObject, type RefundOptions, refundObject } from '../stripe-objects/index.ts'
import { DAY, type Life, metadataOf, tell } from './life.ts'

/** Of a payment's amount, what each refund gives back. */
const PART = 0.3

export const paymentSteps = {
  intent_succeeded: (life: Life) => tell(life, 'payment_intent.succeeded', intent(life, true)),
  intent_failed: (life: Life) => tell(life, 'payment_intent.payment_failed', intent(life, false)),
  /** On a page of the host's, which names the user: neither an invoice nor Checkout tells of it. */
  own_intent_failed: (life: Life) => tell(life, 'payment_intent.payment_failed', ownIntent(life, false)),
  own_intent_succeeded: (life: Life) => {
    life.now += 60
    return tell(life, 'payment_intent.succeeded', ownIntent(life, true))
  },
  /** Another part of the payment is given back. */
  refunded: (life: Life) => refund(life, 'succeeded'),
  /** By a way that takes days. */
  refund_began: (life: Life) => refund(life, 'pending'),
  refund_arrived: (life: Life) => {
    life.now += DAY
    return settleRefund(life, 'succeeded', 'refund.updated')
  },
  /** The last refund came back, days after it had succeeded. */
  refund_failed: (life: Life) => {
    life.now += 3 * DAY
    return settleRefund(life, 'failed', 'refund.failed')
  },
  /** Stripe tells of the failed refund under its second name. */
  refund_updated: (life: Life) => tell(life, 'refund.updated', refundObject(lastRefund(life))),
  /** And under the name that it had before there were refund events. */
  charge_refund_updated: (life: Life) => tell(life, 'charge.refund.updated', refundObject(lastRefund(life))),
  /** What the charge says of its refunds so far. */
  charge_refunded: (life: Life) =>
    tell(life, 'charge.refunded', charge(life), { amount_refunded: refundedBefore(life) }),
}

function refund(life: Life, status: RefundOptions['status']): SentEvent {
  const { payment } = life
  life.now += DAY
  const made = {
    id: life.id('re_', `refund ${payment.refunds.length} of ${payment.intentId.slice(0, -10)}`),
    chargeId: payment.chargeId,
    paymentIntentId: payment.intentId,
    amount: Math.floor(payment.amount * PART),
    status,
    created: life.now,
  }
  payment.refunds.unshift(made)
  return tell(life, 'refund.created', refundObject(made))
}

function settleRefund(life: Life, status: RefundOptions['status'], type: string): SentEvent {
  const previous = { status: lastRefund(life).status }
  life.payment.refunds[0] = { ...lastRefund(life), status }
  return tell(life, type, refundObject(lastRefund(life)), previous)
}

function lastRefund({ payment: { refunds } }: Life): RefundOptions {
  if (!refunds[0]) throw new Error('a step is about a refund, and none was made before it')
  return refunds[0]
}

const sumOf = (refunds: RefundOptions[]): number =>
  refunds.reduce((sum, { status, amount }) => sum + (status === 'failed' ? 0 : amount), 0)

const refundedBefore = ({ payment }: Life): number => sumOf(payment.refunds.slice(1))

const charge = ({ payment, customer, version }: Life) =>
  chargeObject({
    ...payment,
    id: payment.chargeId,
    paymentIntentId: payment.intentId,
    customerId: customer.id,
    amountRefunded: sumOf(payment.refunds),
    version,
  })

const intent = ({ payment, customer, version }: Life, succeeded: boolean) =>
  paymentIntentObject({ ...payment, id: payment.intentId, customerId: customer.id, succeeded, version })

const ownIntent = ({ id, customer, version, now, ...life }: Life, succeeded: boolean) =>
  paymentIntentObject({
    id: id('pi_', 'own intent'),
    chargeId: id('ch_', `charge of own intent that ${succeeded ? 'succeeded' : 'failed'}`),
    customerId: customer.id,
    amount: 5_000,
    created: now,
    succeeded,
    metadata: metadataOf(life),
    version,
  })
