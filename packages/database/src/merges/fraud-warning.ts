import type { FraudWarningFact } from '@sluice/events'
import type { Merge } from './merge-rows.ts'
import { known, later } from './order.ts'
import { columnsOfOrigin, type Dated, dated, joinOrigins, type Origin, ofOneOrigin, originOf } from './stripe.ts'

interface Registers extends Origin {
  chargeId: string | null
  paymentIntentId: string | null
  created: string | null
  latest: Dated<Pick<FraudWarningFact, 'fraudType' | 'actionable'>>
}

/** The newest contents count; within one second those that say that nothing can be done any more. */
export const fraudWarningMerge: Merge<FraudWarningFact, Registers> = {
  table: 'fraud_warnings',
  key: 'stripe_fraud_warning_id',
  types: { livemode: 'boolean', actionable: 'boolean', created_at: 'timestamptz' },
  shown: 'charge_id payment_intent_id account livemode fraud_type actionable created_at',
  hostReads: 'stripe_fraud_warning_id charge_id payment_intent_id account livemode fraud_type actionable created_at',
  keyOf: ({ fraudWarningId }) => fraudWarningId,

  registersOf: ({ fraudType, actionable, created, ...fact }) => ({
    chargeId: fact.chargeId,
    paymentIntentId: fact.paymentIntentId,
    created,
    latest: dated(fact, { fraudType, actionable }),
    ...originOf(fact),
  }),

  join: ofOneOrigin((a, b) => ({
    chargeId: known(a.chargeId, b.chargeId) ?? null,
    paymentIntentId: known(a.paymentIntentId, b.paymentIntentId) ?? null,
    created: known(a.created, b.created) ?? null,
    latest: later(a.latest, b.latest, ({ second, digest, contents }) => [second, !contents.actionable, digest]),
    ...joinOrigins(a, b),
  })),

  columnsOf: ({ chargeId, paymentIntentId, created, latest: { contents }, ...origin }) => ({
    charge_id: chargeId,
    payment_intent_id: paymentIntentId,
    fraud_type: contents.fraudType,
    actionable: contents.actionable,
    created_at: created,
    ...columnsOfOrigin(origin),
  }),
}
