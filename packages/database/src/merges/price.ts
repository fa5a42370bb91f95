import type { CreditOffer, CreditTerms, PriceFact } from '@sluice/events'
import type { Merge } from './merge-rows.ts'
import { greatest } from './order.ts'
import { isSameJson } from './same-json.ts'
import { columnsOfOrigin, type Dated, dated, joinOrigins, type Origin, ofOneOrigin, originOf } from './stripe.ts'

type State = Dated<PriceFact['contents']>

interface Registers extends Origin {
  price?: State | undefined
  plan?: State | undefined
  /** Sorted. */
  lookupKeys: string[]
  /** The credits that it granted, each with its time, oldest first. Missing if it never granted any. */
  creditTerms?: DatedOffer[]
}

/** The credits that a price granted in a second. */
export type DatedOffer = Dated<CreditOffer>

/** Bounds a row. The newest are kept: a payment is granted by the terms of its time, and rarely comes later than these. */
const OFFERS_KEPT = 64

function joinOffers(a: DatedOffer[] = [], b: DatedOffer[] = []): DatedOffer[] {
  const byPlace = new Map([...a, ...b].map((offer) => [`${offer.second} ${offer.digest}`, offer]))
  return [...byPlace]
    .sort(([x], [y]) => (x < y ? -1 : 1))
    .map(([, offer]) => offer)
    .slice(-OFFERS_KEPT)
}

/** The terms of that time. Before the first event, those that it says were there before, else its own. */
export function creditTermsAt(offers: DatedOffer[], time: string): CreditTerms | null {
  const [first] = offers
  const last = offers.findLast(({ second }) => second <= time)
  if (last) return last.contents.terms
  return first?.contents.before === undefined ? (first?.contents.terms ?? null) : first.contents.before
}

/** The terms over time: the first ones hold from the beginning, each other from its second on. */
export function creditTimeline(offers: DatedOffer[]): { since: string; terms: CreditTerms | null }[] {
  const timeline = [{ since: '', terms: creditTermsAt(offers, '') }]
  for (const { second, contents } of offers)
    if (!isSameJson(timeline.at(-1)?.terms, contents.terms)) timeline.push({ since: second, terms: contents.terms })
  return timeline
}

const newest = (a: State | undefined, b: State | undefined): State | undefined =>
  greatest(a, b, ({ second, digest, contents }) => [contents.deleted, second, digest])

/**
 * The newest state of a price, else of the plan with its id. A deletion is final.
 *
 * Keeps every lookup key that the price ever had: to raise a price, its lookup key is given to a new one, and those who
 * pay the old one keep it (https://docs.stripe.com/products-prices/manage-prices#lookup-keys).
 */
export const priceMerge: Merge<PriceFact, Registers> = {
  table: 'prices',
  key: 'stripe_price_id',
  types: {
    livemode: 'boolean',
    lookup_keys: 'text[]',
    unit_amount: 'bigint',
    unit_amount_decimal: 'numeric',
    interval_count: 'integer',
    credits: 'bigint',
    active: 'boolean',
  },
  shown: `account livemode stripe_product_id lookup_key lookup_keys unit_amount unit_amount_decimal currency interval
    interval_count usage_type credits active`,
  hostReads: `stripe_price_id stripe_product_id account livemode lookup_key lookup_keys unit_amount
    unit_amount_decimal currency interval interval_count usage_type credits active`,
  keyOf: ({ priceId }) => priceId,
  registersOf: (fact) => ({
    [fact.object]: dated(fact, fact.contents),
    lookupKeys: [...fact.lookupKeys].sort(),
    ...(fact.creditOffer && { creditTerms: [dated(fact, fact.creditOffer)] }),
    ...originOf(fact),
  }),
  join: ofOneOrigin((a, b) => {
    const [price, plan] = [newest(a.price, b.price), newest(a.plan, b.plan)]
    return {
      ...(price && { price }),
      ...(plan && { plan }),
      lookupKeys: [...new Set([...a.lookupKeys, ...b.lookupKeys])].sort(),
      ...((a.creditTerms || b.creditTerms) && { creditTerms: joinOffers(a.creditTerms, b.creditTerms) }),
      ...joinOrigins(a, b),
    }
  }),
  columnsOf: ({ price, plan, lookupKeys, creditTerms, ...origin }) => ({
    ...columnsOfState(price ?? plan),
    active: [price, plan].every((state) => !state?.contents.deleted) && (price ?? plan)?.contents.active === true,
    lookup_keys: lookupKeys,
    credits: creditTerms?.at(-1)?.contents.terms?.credits ?? null,
    ...columnsOfOrigin(origin),
  }),
}

const columnsOfState = (state: State | undefined) => ({
  stripe_product_id: state?.contents.productId ?? null,
  lookup_key: state?.contents.lookupKey ?? null,
  unit_amount: state?.contents.unitAmount ?? null,
  unit_amount_decimal: state?.contents.unitAmountDecimal ?? state?.contents.unitAmount ?? null,
  currency: state?.contents.currency ?? null,
  interval: state?.contents.interval ?? null,
  interval_count: state?.contents.intervalCount ?? null,
  usage_type: state?.contents.usageType ?? null,
})
