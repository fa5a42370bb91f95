import type { EntitlementSummaryFact } from '@sluice/events'
import { entitlementChanges } from './entitlement-changes.ts'
import type { Merge } from './merge-rows.ts'
import { later } from './order.ts'
import {
  columnsOfOrigin,
  type Dated,
  dated,
  joinOrigins,
  type Origin,
  ofOneOrigin,
  originOf,
  sameOrigin,
} from './stripe.ts'

interface Registers extends Origin {
  latest: Dated<EntitlementSummaryFact['contents']>
}

/** The newest summary of a customer's entitlements replaces the one before as a whole. */
export const entitlementSummaryMerge: Merge<EntitlementSummaryFact, Registers> = {
  table: 'entitlement_summaries',
  key: 'stripe_customer_id',
  types: { livemode: 'boolean', incomplete: 'boolean' },
  shown: 'account livemode incomplete',
  keyOf: ({ customerId }) => customerId,
  customerOf: ({ customerId }) => customerId,
  registersOf: (fact) => ({ latest: dated(fact, fact.contents), ...originOf(fact) }),
  join: ofOneOrigin((a, b) => ({
    latest: later(a.latest, b.latest, ({ second, digest }) => [second, digest]),
    ...joinOrigins(a, b),
  })),
  columnsOf: ({ latest: { contents }, ...origin }) => ({
    incomplete: contents.incomplete,
    ...columnsOfOrigin(origin),
  }),
  parts: {
    table: 'entitlements',
    key: 'entitlement_key',
    owner: 'stripe_customer_id',
    types: { entitlement_key: 'text', feature: 'text', source: 'text', stripe_customer_id: 'text' },
    derived: {
      // Of a customer of the same origin alone: another account's summary says nothing about it.
      user_id: `(SELECT c.user_id FROM customers c JOIN entitlement_summaries s USING (stripe_customer_id)
        WHERE c.stripe_customer_id = new.stripe_customer_id AND ${sameOrigin('c', 's')})`,
    },
    partsOf: ({ latest }, customerId) =>
      latest.contents.features.map((feature) => ({
        entitlement_key: `customer:${customerId}:${feature}`,
        feature,
        source: `customer:${customerId}`,
        stripe_customer_id: customerId,
      })),
    changesOf: entitlementChanges,
  },
}
