import { FINAL_REFUND_STATUSES, hasRefundEnded, type RefundFact } from '@sluice/events'
import { type Dated, dated } from './dated.ts'
import type { Merge } from './merge-rows.ts'
import { known, later } from './order.ts'
import { columnsOfOrigin, joinOrigins, type Origin, originOf } from './origin.ts'

export interface RefundRegisters extends Origin {
  chargeId: string | null
  paymentIntentId: string | null
  latest: Dated<Pick<RefundFact, 'amount' | 'currency' | 'status'>>
  /** Stripe took the money for it at some time. */
  booked: boolean
  /** It failed or was canceled: what was taken for it came back. */
  ended: boolean
}

const RANK = ['requires_action', 'pending', 'succeeded', ...FINAL_REFUND_STATUSES]
/** Stripe takes the money when it makes the refund, but not while the customer has still to act. */
const BOOKED = ['pending', 'succeeded', 'failed']

/** A refund's newest status, or its ending. What moved money is kept beside it, so that no order forgets it. */
export const refundMerge: Merge<RefundFact, RefundRegisters> = {
  table: 'refunds',
  key: 'stripe_refund_id',
  types: { livemode: 'boolean', amount: 'bigint' },
  keyOf: ({ refundId }) => refundId,

  registersOf: ({ amount, currency, status, ...fact }) => ({
    chargeId: fact.chargeId,
    paymentIntentId: fact.paymentIntentId,
    latest: dated(fact, { amount, currency, status }),
    booked: BOOKED.includes(status),
    ended: hasRefundEnded(status),
    ...originOf(fact),
  }),

  join: (a, b) => ({
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
    ...joinOrigins(a, b),
  }),

  columnsOf: ({ chargeId, paymentIntentId, latest: { contents }, booked, ended, ...origin }) => ({
    charge_id: chargeId,
    payment_intent_id: paymentIntentId,
    status: contents.status,
    amount: contents.amount,
    currency: contents.currency,
    ...columnsOfOrigin(origin),
  }),
}
