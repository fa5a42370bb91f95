import type { CheckoutSessionFact } from '@sluice/events'
import { type Dated, dated } from './dated.ts'
import type { Merge } from './merge-rows.ts'
import { known, later } from './order.ts'
import { columnsOfOrigin, joinOrigins, type Origin, originOf } from './origin.ts'

type Contents = CheckoutSessionFact['contents']

interface Registers extends Origin {
  customerId: string | null
  subscriptionId: string | null
  /** Two looks at it, since a session may complete long before its payment does. */
  furthest: Dated<Contents>
  bestPaid: Dated<Contents>
}

const OVER = new Set<string | null>(['complete', 'expired'])
const FULFILLED = new Set<string | null>(['paid', 'no_payment_required'])

/** A session opens and ends, is unpaid and then paid. Nothing takes either back. */
export const checkoutSessionMerge: Merge<CheckoutSessionFact, Registers> = {
  table: 'checkout_sessions',
  key: 'stripe_checkout_session_id',
  types: { livemode: 'boolean', amount_total: 'bigint' },
  keyOf: ({ sessionId }) => sessionId,

  registersOf: (fact) => {
    const contents = dated(fact, fact.contents)
    return {
      customerId: fact.customerId,
      subscriptionId: fact.subscriptionId,
      furthest: contents,
      bestPaid: contents,
      ...originOf(fact),
    }
  },

  join: (a, b) => ({
    customerId: known(a.customerId, b.customerId) ?? null,
    subscriptionId: known(a.subscriptionId, b.subscriptionId) ?? null,
    furthest: later(a.furthest, b.furthest, ({ second, digest, contents }) => [
      OVER.has(contents.status),
      second,
      digest,
    ]),
    bestPaid: later(a.bestPaid, b.bestPaid, ({ second, digest, contents }) => [
      FULFILLED.has(contents.paymentStatus),
      second,
      digest,
    ]),
    ...joinOrigins(a, b),
  }),

  columnsOf: ({ customerId, subscriptionId, furthest, bestPaid, ...origin }) => ({
    stripe_customer_id: customerId,
    stripe_subscription_id: subscriptionId,
    mode: furthest.contents.mode,
    status: furthest.contents.status,
    payment_status: bestPaid.contents.paymentStatus,
    amount_total: bestPaid.contents.amountTotal,
    currency: bestPaid.contents.currency,
    customer_email: furthest.contents.customerEmail,
    ...columnsOfOrigin(origin),
  }),
}
