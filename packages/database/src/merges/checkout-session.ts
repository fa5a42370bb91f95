import type { CheckoutSessionFact } from '@sluice/events'
import type { Merge } from './merge-rows.ts'
import { known, later } from './order.ts'
import { columnsOfOrigin, type Dated, dated, joinOrigins, type Origin, ofOneOrigin, originOf } from './stripe.ts'

type Contents = CheckoutSessionFact['contents']

export interface CheckoutRegisters extends Origin {
  customerId: string | null
  subscriptionId: string | null
  /** Kept apart from `bestPaid`, because a session may complete long before it is paid. */
  furthest: Dated<Contents>
  bestPaid: Dated<Contents>
}

const FINAL = new Set<string | null>(['complete', 'expired'])
const PAID = new Set<string | null>(['paid', 'no_payment_required'])

/** Whether it is complete, and paid or free: what was bought may be handed over. */
export const isFulfilled = ({ furthest, bestPaid }: CheckoutRegisters): boolean =>
  furthest.contents.status === 'complete' && PAID.has(bestPaid.contents.paymentStatus)

const sellsCredits = ({ details }: Contents): boolean =>
  details?.creditTerms !== undefined || details?.sold?.some(({ creditTerms }) => creditTerms !== undefined) === true

/** A session goes from open to ended, and from unpaid to paid. Neither change is ever undone. */
export const checkoutSessionMerge: Merge<CheckoutSessionFact, CheckoutRegisters> = {
  table: 'checkout_sessions',
  key: 'stripe_checkout_session_id',
  types: { livemode: 'boolean', amount_total: 'bigint', details: 'jsonb', sells_credits: 'boolean' },
  shown: 'stripe_customer_id stripe_subscription_id account livemode mode status payment_status amount_total currency',
  hostReads: `stripe_checkout_session_id stripe_customer_id stripe_subscription_id account livemode mode status
    payment_status amount_total currency details customer_email locale`,
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

  join: ofOneOrigin((a, b) => ({
    customerId: known(a.customerId, b.customerId) ?? null,
    subscriptionId: known(a.subscriptionId, b.subscriptionId) ?? null,
    furthest: later(a.furthest, b.furthest, ({ second, digest, contents }) => [
      FINAL.has(contents.status),
      second,
      digest,
    ]),
    bestPaid: later(a.bestPaid, b.bestPaid, ({ second, digest, contents }) => [
      PAID.has(contents.paymentStatus),
      second,
      digest,
    ]),
    ...joinOrigins(a, b),
  })),

  columnsOf: ({ customerId, subscriptionId, furthest, bestPaid, ...origin }) => ({
    stripe_customer_id: customerId,
    stripe_subscription_id: subscriptionId,
    mode: furthest.contents.mode,
    status: furthest.contents.status,
    payment_status: bestPaid.contents.paymentStatus,
    amount_total: bestPaid.contents.amountTotal,
    currency: bestPaid.contents.currency,
    details: bestPaid.contents.details ?? null,
    sells_credits: sellsCredits(bestPaid.contents),
    customer_email: furthest.contents.customerEmail,
    locale: furthest.contents.locale ?? null,
    ...columnsOfOrigin(origin),
  }),
}
