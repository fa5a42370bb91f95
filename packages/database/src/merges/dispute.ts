import type { DisputeFact } from '@sluice/events'
import type { Merge } from './merge-rows.ts'
import { compact, greatest, known, later, least } from './order.ts'
import { columnsOfOrigin, type Dated, dated, joinOrigins, type Origin, originOf } from './stripe.ts'

interface Contents {
  status: string
  amount: number
  currency: string
  reason: string | null
  /** ISO 8601. */
  evidenceDueBy: string | null
}

export interface DisputeRegisters extends Origin {
  chargeId: string | null
  paymentIntentId: string | null
  latest: Dated<Contents>
  firstLost?: Dated<Contents>
  lastWon?: Dated<Contents>
}

/** No status is final, because a bank may reopen a dispute. The rank decides only within one second. */
const RANK = [
  ...['warning_needs_response', 'warning_under_review', 'warning_closed', 'needs_response', 'under_review'],
  ...['won', 'lost'],
]

/** Keeps the newest status of a dispute, and when it was first lost and last won, because both move money. */
export const disputeMerge: Merge<DisputeFact, DisputeRegisters> = {
  table: 'disputes',
  key: 'stripe_dispute_id',
  types: { livemode: 'boolean', amount: 'bigint', evidence_due_by: 'timestamptz' },
  shown: 'charge_id payment_intent_id account livemode status amount currency reason evidence_due_by',
  keyOf: ({ disputeId }) => disputeId,

  registersOf: ({ status, amount, currency, reason, evidenceDueBy, ...fact }) => {
    const evidence = evidenceDueBy?.toISOString() ?? null
    const latest = dated(fact, { status, amount, currency, reason, evidenceDueBy: evidence })
    return compact({
      chargeId: fact.chargeId,
      paymentIntentId: fact.paymentIntentId,
      latest,
      firstLost: status === 'lost' ? latest : undefined,
      lastWon: status === 'won' ? latest : undefined,
      ...originOf(fact),
    })
  },

  join: (a, b) =>
    compact({
      chargeId: known(a.chargeId, b.chargeId) ?? null,
      paymentIntentId: known(a.paymentIntentId, b.paymentIntentId) ?? null,
      latest: later(a.latest, b.latest, ({ second, digest, contents }) => [
        second,
        RANK.indexOf(contents.status),
        digest,
      ]),
      firstLost: least(a.firstLost, b.firstLost, ({ second, digest }) => [second, digest]),
      lastWon: greatest(a.lastWon, b.lastWon, ({ second, digest }) => [second, digest]),
      ...joinOrigins(a, b),
    }),

  columnsOf: ({ chargeId, paymentIntentId, latest: { contents }, ...origin }) => ({
    charge_id: chargeId,
    payment_intent_id: paymentIntentId,
    status: contents.status,
    amount: contents.amount,
    currency: contents.currency,
    reason: contents.reason,
    evidence_due_by: contents.evidenceDueBy,
    ...columnsOfOrigin(origin),
  }),
}
