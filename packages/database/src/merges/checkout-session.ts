import type { CheckoutLinesFact, CheckoutSessionFact, SoldLine } from '@sluice/events'
import { joinLinks, type Links, linkedUsers, linksOf } from './links.ts'
import type { Merge, MergeRules } from './merge-rows.ts'
import { compact, greatest, known } from './order.ts'
import {
  columnsOfOrigin,
  type Dated,
  dated,
  givesAccess,
  joinOrigins,
  type Origin,
  ofOneOrigin,
  originOf,
} from './stripe.ts'

type Contents = CheckoutSessionFact['contents']

export interface CheckoutRegisters extends Origin {
  customerId: string | null
  subscriptionId: string | null
  /** Kept apart from `bestPaid`, because a session may complete long before it is paid. */
  furthest?: Dated<Contents> | undefined
  bestPaid?: Dated<Contents> | undefined
  /** Missing until they are known, since webhooks come without them. */
  sold?: Dated<SoldLine[]> | undefined
  /** The buyers, if it has no customer. */
  links?: Links | undefined
}

const FINAL = new Set<string | null>(['complete', 'expired'])
const PAID = new Set<string | null>(['paid', 'no_payment_required'])

/** Whether it is complete, and paid or free: what was bought may be handed over. */
export const isFulfilled = ({ furthest, bestPaid }: CheckoutRegisters): boolean =>
  furthest?.contents.status === 'complete' && PAID.has(bestPaid?.contents.paymentStatus ?? null)

/** The intent that paid it. Its money is a payment of its own where the session's event came too late. */
export const intentOf = ({ bestPaid }: CheckoutRegisters): string | undefined =>
  bestPaid?.contents.details?.paymentIntentId

const sellsCredits = ({ bestPaid, sold }: CheckoutRegisters): boolean =>
  bestPaid?.contents.details?.creditTerms !== undefined ||
  sold?.contents.some(({ creditTerms }) => creditTerms !== undefined) === true

/** With the users whom a session without a customer names, as far as its origin may give them something. */
const detailsOf = ({ bestPaid, sold, links, ...origin }: CheckoutRegisters, rules: MergeRules) => {
  const details = bestPaid?.contents.details
  const userIds = givesAccess(origin, rules) ? linkedUsers(links) : []
  if (!details && !sold && userIds.length === 0) return null
  return { ...details, ...(sold && { sold: sold.contents }), ...(userIds.length > 0 && { userIds }) }
}

/** A session goes from open to ended, and from unpaid to paid. Neither change is ever undone. */
export const checkoutSessionMerge: Merge<CheckoutSessionFact | CheckoutLinesFact, CheckoutRegisters> = {
  table: 'checkout_sessions',
  key: 'stripe_checkout_session_id',
  types: { livemode: 'boolean', amount_total: 'bigint', details: 'jsonb', sells_credits: 'boolean' },
  shown: 'stripe_customer_id stripe_subscription_id account livemode mode status payment_status amount_total currency',
  volatile: 'lines_fetch_after',
  hostReads: `stripe_checkout_session_id stripe_customer_id stripe_subscription_id account livemode mode status
    payment_status amount_total currency details customer_email locale`,
  keyOf: ({ sessionId }) => sessionId,

  registersOf: (fact) => {
    if (fact.kind === 'checkoutLines')
      return { customerId: null, subscriptionId: null, sold: dated(fact, fact.lines), ...originOf(fact) }
    const contents = dated(fact, fact.contents)
    return compact({
      customerId: fact.customerId,
      subscriptionId: fact.subscriptionId,
      furthest: contents,
      bestPaid: contents,
      links: linksOf(fact.links, fact.occurredAt),
      ...originOf(fact),
    })
  },

  join: ofOneOrigin((a, b) =>
    compact({
      customerId: known(a.customerId, b.customerId) ?? null,
      subscriptionId: known(a.subscriptionId, b.subscriptionId) ?? null,
      furthest: greatest(a.furthest, b.furthest, ({ second, digest, contents }) => [
        FINAL.has(contents.status),
        second,
        digest,
      ]),
      bestPaid: greatest(a.bestPaid, b.bestPaid, ({ second, digest, contents }) => [
        PAID.has(contents.paymentStatus),
        second,
        digest,
      ]),
      links: joinLinks(a.links, b.links),
      sold: greatest(a.sold, b.sold, ({ second, digest }) => [second, digest]),
      ...joinOrigins(a, b),
    }),
  ),

  columnsOf: (registers, rules) => {
    const furthest = registers.furthest?.contents
    const bestPaid = registers.bestPaid?.contents
    return {
      stripe_customer_id: registers.customerId,
      stripe_subscription_id: registers.subscriptionId,
      mode: furthest?.mode ?? null,
      status: furthest?.status ?? null,
      payment_status: bestPaid?.paymentStatus ?? null,
      amount_total: bestPaid?.amountTotal ?? null,
      currency: bestPaid?.currency ?? null,
      details: detailsOf(registers, rules),
      sells_credits: sellsCredits(registers),
      customer_email: furthest?.customerEmail ?? null,
      locale: furthest?.locale ?? null,
      ...columnsOfOrigin(registers),
    }
  },
}
