import type { DisputeFact } from '@sluice/events'
import { type Dated, dated } from './dated.ts'
import type { Merge } from './merge-rows.ts'
import { compact, greatest, known, later, least } from './order.ts'
import { columnsOfOrigin, joinOrigins, type Origin, originOf } from './origin.ts'

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

/** Neither ending is final: a bank may take up a dispute again. So a later word beats any earlier one. */
const RANK = [
  ...['warning_needs_response', 'warning_under_review', 'warning_closed', 'needs_response', 'under_review'],
  ...['won', 'lost'],
]

/** A dispute's newest status. When it was first lost and last won is kept beside it, since these move money. */
export const disputeMerge: Merge<DisputeFact, DisputeRegisters> = {
  table: 'disputes',
  key: 'stripe_dispute_id',
  types: { livemode: 'boolean', amount: 'bigint', evidence_due_by: 'timestamptz' },
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
