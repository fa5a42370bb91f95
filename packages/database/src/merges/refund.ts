import { type Fee, FINAL_REFUND_STATUSES, hasRefundEnded, type RefundFact } from '@sluice/events'
import type { Merge } from './merge-rows.ts'
import { compact, greatest, known, later } from './order.ts'
import { columnsOfOrigin, type Dated, dated, joinOrigins, type Origin, ofOneOrigin, originOf } from './stripe.ts'

export interface RefundRegisters extends Origin {
  chargeId: string | null
  paymentIntentId: string | null
  latest: Dated<Pick<RefundFact, 'amount' | 'currency' | 'status'>>
  /** Whether Stripe has ever taken the money for it. */
  booked: boolean
  /** Whether it failed or was canceled, which returns the money if any was taken. */
  ended: boolean
  /** The fee of its balance transaction, which never changes. */
  fee?: Fee
}

const RANK = ['requires_action', 'pending', 'succeeded', ...FINAL_REFUND_STATUSES]
/** Stripe takes the money when it creates the refund, but not while the customer must still act. */
const BOOKED = ['pending', 'succeeded', 'failed']

/**
 * Keeps the final status of a refund, else the newest. Also keeps each movement of money, so that the order of events
 * does not lose one.
 */
export const refundMerge: Merge<RefundFact, RefundRegisters> = {
  table: 'refunds',
  key: 'stripe_refund_id',
  watched: ['status'],
  types: { livemode: 'boolean', amount: 'bigint' },
  shown: 'charge_id payment_intent_id account livemode status amount currency',
  hostReads: 'stripe_refund_id charge_id payment_intent_id account livemode status amount currency',
  keyOf: ({ refundId }) => refundId,

  registersOf: ({ amount, currency, status, fee, ...fact }) =>
    compact({
      chargeId: fact.chargeId,
      paymentIntentId: fact.paymentIntentId,
      latest: dated(fact, { amount, currency, status }),
      booked: BOOKED.includes(status),
      ended: hasRefundEnded(status),
      fee,
      ...originOf(fact),
    }),

  join: ofOneOrigin((a, b) =>
    compact({
      chargeId: known(a.chargeId, b.chargeId) ?? null,
      paymentIntentId: known(a.paymentIntentId, b.paymentIntentId) ?? null,
      latest: later(a.latest, b.latest, ({ second, digest, contents: { status } }) => [
        hasRefundEnded(status),
        second,
        RANK.indexOf(status),
        digest,
      ]),
      booked: a.booked || b.booked,
      ended: a.ended || b.ended,
      fee: greatest(a.fee, b.fee, ({ amount, currency }) => [amount, currency]),
      ...joinOrigins(a, b),
    }),
  ),

  columnsOf: ({ chargeId, paymentIntentId, latest: { contents }, booked, ended, fee, ...origin }) => ({
    charge_id: chargeId,
    payment_intent_id: paymentIntentId,
    status: contents.status,
    amount: contents.amount,
    currency: contents.currency,
    ...columnsOfOrigin(origin),
  }),
}
