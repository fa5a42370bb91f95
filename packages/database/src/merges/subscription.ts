import {
  type CheckoutEntitlementFact,
  hasSubscriptionEnded,
  type InvoiceOutcomeFact,
  type SubscriptionContents,
  type SubscriptionFact,
  type SubscriptionItem,
  type UserLink,
} from '@sluice/events'
import { heldUntil } from './held-access.ts'
import { type FormerOutcome, type InvoiceOutcome, joinOutcomes, ofFormer, outcomeOfFact } from './invoice-outcomes.ts'
import { columnsOfLinks, joinLinks, type Links, linksOf } from './links.ts'
import type { Merge, MergeRules } from './merge-rows.ts'
import { compact, digestInOrder, greatest, known } from './order.ts'
import { columnsOfOrigin, givesAccess, joinOrigins, type Origin, ofOneOrigin, originOf } from './stripe.ts'
import { accessRulesOf, givesPremium } from './subscription-access.ts'
import { statusOf } from './subscription-status.ts'
import { areUndecided, type Candidate, type Contents, winnerOf } from './subscription-winner.ts'

/** Keeps all snapshots of one second, because Stripe does not say which came last. */
interface Snapshot {
  terminal: boolean
  second: string
  candidates: Candidate[]
}

export interface SubscriptionRegisters extends Origin {
  /** From invoices and checkouts, and the greatest of all in rows of earlier versions. A snapshot has its own. */
  customerId?: string
  customer?: { id: string; occurredAt: string }
  snapshot?: Snapshot
  /** Outcomes of invoices that are not earlier than the snapshot. */
  outcomes?: InvoiceOutcome[]
  invoice?: FormerOutcome
  /** Time of the latest event that reports its checkout as complete and paid. ISO 8601. */
  checkout?: string
  /** The users that its own metadata names. */
  links?: Links
  /** Stripe has not told its state, and was asked for it. Never beside a snapshot. */
  unanswered?: true
}

type SubscriptionFacts = SubscriptionFact | InvoiceOutcomeFact | CheckoutEntitlementFact

/** Merges a subscription's snapshots, its invoices' outcomes and its checkout, each in a separate register. */
export const subscriptionMerge: Merge<SubscriptionFacts, SubscriptionRegisters> = {
  table: 'subscriptions',
  key: 'stripe_subscription_id',
  watched: ['status', 'price_id', 'quantity', 'current_period_end', 'cancel_at_period_end'],
  types: {
    livemode: 'boolean',
    is_active: 'boolean',
    interval_count: 'integer',
    quantity: 'bigint',
    current_period_end: 'timestamptz',
    cancel_at_period_end: 'boolean',
    cancel_at: 'timestamptz',
    canceled_at: 'timestamptz',
    trial_end: 'timestamptz',
    gives_premium: 'boolean',
    access_until: 'timestamptz',
    held_until: 'timestamptz',
    items_incomplete: 'boolean',
    pending_update: 'boolean',
    undecided: 'boolean',
    has_snapshot: 'boolean',
    link_user_ids: 'text[]',
    own_user_ids: 'text[]',
  },
  shown: `stripe_customer_id user_id account livemode status is_active billing_period interval interval_count price_id
    quantity currency current_period_end cancel_at_period_end cancel_at canceled_at trial_end pause_collection
    collection_method missing_payment_method cancellation_reason pending_update gives_premium access_until items_incomplete undecided
    has_snapshot link_user_ids own_user_ids`,
  hostReads: `stripe_subscription_id stripe_customer_id user_id account livemode status is_active billing_period
    interval interval_count price_id quantity currency current_period_end cancel_at_period_end cancel_at canceled_at
    cancellation_reason trial_end pause_collection collection_method default_payment_method missing_payment_method
    pending_update gives_premium access_until`,
  volatile: 'fetch_after access_rules held_until',
  keyOf: ({ subscriptionId }) => subscriptionId,
  customerOf: ({ customerId }) => customerId,
  registersOf: (fact) => registersOf(fact),
  join: (a, b) => joinSubscription(a, b),
  columnsOf: (registers, rules) => columnsOf(registers, rules),
  parts: {
    table: 'subscription_items',
    key: 'stripe_subscription_item_id',
    owner: 'stripe_subscription_id',
    types: {
      stripe_subscription_item_id: 'text',
      stripe_subscription_id: 'text',
      position: 'integer',
      price_id: 'text',
      product_id: 'text',
      quantity: 'bigint',
      usage_type: 'text',
      unit_amount: 'bigint',
      unit_amount_decimal: 'numeric',
      currency: 'text',
      interval: 'text',
      interval_count: 'integer',
      current_period_end: 'timestamptz',
    },
    partsOf: (registers, subscriptionId) => itemRows(registers, subscriptionId),
  },
}

function registersOf(fact: SubscriptionFacts): SubscriptionRegisters {
  if (fact.kind === 'subscription') return ofSnapshot(fact)
  return fact.kind === 'invoiceOutcome' ? ofInvoice(fact) : ofCheckout(fact)
}

const ofSnapshot = ({ customerId, occurredAt, ...fact }: SubscriptionFact): SubscriptionRegisters => {
  const contents = withoutNulls({ ...fact.contents, customerId, items: fact.contents.items.map(withoutNulls) })
  const previous = fact.previous.items
    ? { ...fact.previous, items: fact.previous.items.map(withoutNulls) }
    : fact.previous
  return {
    ...originOf(fact),
    snapshot: {
      terminal: hasSubscriptionEnded(contents.status),
      second: occurredAt.toISOString(),
      candidates: [{ digest: digestInOrder({ contents, previous }), contents, previous }],
    },
    ...ofLinks(fact.links, occurredAt),
  }
}

/** Most fields of most subscriptions are null: a missing one reads the same and is not stored. A loop, since it is hot. */
function withoutNulls<T extends object>(fields: T): T {
  const kept: Partial<T> = {}
  for (const name in fields) if (fields[name] !== null) kept[name] = fields[name]
  return kept as T
}

const ofInvoice = (fact: InvoiceOutcomeFact): SubscriptionRegisters => ({
  customer: { id: fact.customerId, occurredAt: fact.occurredAt.toISOString() },
  ...originOf(fact),
  outcomes: [outcomeOfFact(fact)],
  ...ofLinks(fact.links, fact.occurredAt),
})

const ofLinks = (links: UserLink[] | undefined, occurredAt: Date) => compact({ links: linksOf(links, occurredAt) })

const ofCheckout = (fact: CheckoutEntitlementFact) => ({
  customer: { id: fact.customerId, occurredAt: fact.occurredAt.toISOString() },
  ...originOf(fact),
  checkout: fact.occurredAt.toISOString(),
})

export const joinSubscription = ofOneOrigin(
  (a: SubscriptionRegisters, b: SubscriptionRegisters): SubscriptionRegisters => {
    const snapshot = joinSnapshots(a.snapshot, b.snapshot)
    const outcomes = outcomesAfter(snapshot, [...outcomesOf(a), ...outcomesOf(b)])
    return compact({
      customerId: known(a.customerId, b.customerId),
      customer: greatest(a.customer, b.customer, ({ id, occurredAt }) => [occurredAt, id]),
      ...joinOrigins(a, b),
      snapshot,
      outcomes: outcomes.length > 0 ? joinOutcomes(outcomes) : undefined,
      checkout: known(a.checkout, b.checkout),
      links: joinLinks(a.links, b.links),
      unanswered: snapshot ? undefined : (a.unanswered ?? b.unanswered),
    })
  },
)

/** A worker of an earlier version may have added `invoice` to a row of this one. */
const outcomesOf = ({ outcomes = [], invoice }: SubscriptionRegisters): InvoiceOutcome[] =>
  invoice ? [...outcomes, ...ofFormer(invoice)] : outcomes

/** An outcome counts only if it is not earlier than the snapshot, and nothing counts after the end. */
function outcomesAfter(snapshot: Snapshot | undefined, outcomes: InvoiceOutcome[]): InvoiceOutcome[] {
  if (!snapshot) return outcomes
  if (snapshot.terminal) return []
  return outcomes.filter(({ occurredAt }) => occurredAt >= snapshot.second)
}

function joinSnapshots(a: Snapshot | undefined, b: Snapshot | undefined): Snapshot | undefined {
  const later = greatest(a, b, ({ terminal, second }) => [terminal, second])
  if (!a || !b || a.terminal !== b.terminal || a.second !== b.second) return later
  const byDigest = new Map([...a.candidates, ...b.candidates].map((candidate) => [candidate.digest, candidate]))
  return { ...a, candidates: [...byDigest.values()].sort((x, y) => (x.digest < y.digest ? -1 : 1)) }
}

function columnsOf(registers: SubscriptionRegisters, rules: MergeRules): Record<string, unknown> {
  const contents = winner(registers)
  const { status, accessUntil, isPaidFor } = statusOf({
    contents,
    since: registers.snapshot?.second,
    outcomes: outcomesOf(registers),
    checkout: registers.checkout,
  })
  const gives = givesAccess(registers, rules)
  const givesStatus = ['trialing', 'active'].includes(status) || (status === 'past_due' && rules.pastDueIsActive)
  const isActive = givesStatus && isPaidFor
  const held = isActive ? heldUntil(registers, rules) : null
  return {
    stripe_customer_id: contents?.customerId ?? registers.customer?.id ?? registers.customerId,
    ...columnsOfOrigin(registers),
    status,
    is_active: isActive && held === null,
    gives_premium: gives && givesPremium(contents, rules),
    access_until: accessUntil,
    held_until: held,
    access_rules: accessRulesOf(rules, registers),
    ...columnsOfContents(contents),
    undecided: !registers.snapshot || areUndecided(registers.snapshot.candidates) || contents?.itemsIncomplete === true,
    has_snapshot: contents !== undefined,
    ...columnsOfLinks(gives ? registers.links : undefined),
  }
}

const winner = ({ snapshot }: SubscriptionRegisters): Contents | undefined => snapshot && winnerOf(snapshot.candidates)

/** Rows of earlier versions lack most of these fields. */
const columnsOfContents = (contents: Partial<SubscriptionContents> | undefined) => ({
  billing_period: contents ? billingPeriodOf(contents) : null,
  interval: contents?.interval ?? null,
  interval_count: contents?.intervalCount ?? null,
  price_id: contents?.priceId ?? null,
  quantity: contents?.quantity ?? null,
  currency: contents?.currency ?? null,
  current_period_end: contents?.currentPeriodEnd ?? null,
  cancel_at_period_end: contents?.cancelAtPeriodEnd ?? false,
  cancel_at: contents?.cancelAt ?? null,
  canceled_at: contents?.canceledAt ?? null,
  cancellation_reason: contents?.cancellationReason ?? null,
  trial_end: contents?.trialEnd ?? null,
  pause_collection: contents?.pauseCollection ?? null,
  collection_method: contents?.collectionMethod ?? null,
  default_payment_method: contents?.defaultPaymentMethod ?? null,
  missing_payment_method: contents?.missingPaymentMethod ?? null,
  pending_update: contents?.pendingUpdate ?? false,
  items_incomplete: contents?.itemsIncomplete ?? false,
})

const itemRows = (registers: SubscriptionRegisters, subscriptionId: string) =>
  (winner(registers)?.items ?? []).map((item: Partial<SubscriptionItem>, position) => ({
    stripe_subscription_item_id: item.id,
    stripe_subscription_id: subscriptionId,
    position,
    price_id: item.priceId,
    product_id: item.productId,
    quantity: item.quantity,
    usage_type: item.usageType,
    unit_amount: item.unitAmount,
    unit_amount_decimal: item.unitAmountDecimal ?? item.unitAmount,
    currency: item.currency,
    interval: item.interval,
    interval_count: item.intervalCount,
    current_period_end: item.currentPeriodEnd,
  }))

const PERIODS: Record<string, string> = { day: 'daily', week: 'weekly', month: 'monthly', year: 'yearly' }

/** Twelve months count as yearly. Otherwise the interval gives the name, and `interval_count` the count. */
function billingPeriodOf({ interval, intervalCount }: Partial<SubscriptionContents>): string | null {
  if (interval === 'month' && intervalCount === 12) return 'yearly'
  return interval ? (PERIODS[interval] ?? null) : null
}
