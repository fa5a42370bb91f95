import {
  type CheckoutEntitlementFact,
  hasSubscriptionEnded,
  type InvoiceOutcomeFact,
  type SubscriptionContents,
  type SubscriptionFact,
} from '@sluice/events'
import type { Merge, MergeRules } from './merge-rows.ts'
import { compact, digestOf, greatest, known } from './order.ts'
import { areUndecided, type Candidate, winnerOf } from './subscription-winner.ts'

/** Keeps all snapshots of one second, because Stripe does not say which came last. */
interface Snapshot {
  terminal: boolean
  second: string
  candidates: Candidate[]
}

interface InvoiceOutcome {
  created: string
  invoiceId: string
  paid: boolean
  occurredAt: string
  billingReason: string | null
}

export interface SubscriptionRegisters {
  customerId?: string
  account?: string | null
  livemode?: boolean | null
  snapshot?: Snapshot
  /** The outcome of the latest invoice. */
  invoice?: InvoiceOutcome
  /** Time of the latest event that reports its checkout as complete and paid. ISO 8601. */
  checkout?: string
}

type SubscriptionFacts = SubscriptionFact | InvoiceOutcomeFact | CheckoutEntitlementFact

/** Merges a subscription's snapshots, its latest invoice's outcome and its checkout, each in a separate register. */
export const subscriptionMerge: Merge<SubscriptionFacts, SubscriptionRegisters> = {
  table: 'subscriptions',
  key: 'stripe_subscription_id',
  types: {
    livemode: 'boolean',
    is_active: 'boolean',
    interval_count: 'integer',
    quantity: 'integer',
    current_period_end: 'timestamptz',
    cancel_at_period_end: 'boolean',
    canceled_at: 'timestamptz',
    undecided: 'boolean',
  },
  shown: `stripe_customer_id user_id account livemode status is_active billing_period interval interval_count price_id
    quantity current_period_end cancel_at_period_end canceled_at undecided`,
  volatile: 'fetch_after',
  hasUser: true,
  keyOf: ({ subscriptionId }) => subscriptionId,
  customerOf: ({ customerId }) => customerId,
  registersOf: (fact) => registersOf(fact),
  join: (a, b) => joinSubscription(a, b),
  columnsOf: (registers, rules) => columnsOf(registers, rules),
}

function registersOf(fact: SubscriptionFacts): SubscriptionRegisters {
  if (fact.kind === 'subscription') return ofSnapshot(fact)
  return fact.kind === 'invoiceOutcome' ? ofInvoice(fact) : ofCheckout(fact)
}

const ofSnapshot = ({ customerId, account, livemode, occurredAt, contents, previous }: SubscriptionFact) => ({
  customerId,
  account,
  livemode,
  snapshot: {
    terminal: hasSubscriptionEnded(contents.status),
    second: occurredAt.toISOString(),
    candidates: [{ digest: digestOf({ contents, previous }), contents, previous }],
  },
})

const ofInvoice = (fact: InvoiceOutcomeFact): SubscriptionRegisters => ({
  customerId: fact.customerId,
  account: fact.account,
  livemode: fact.livemode,
  invoice: {
    created: fact.invoiceCreated.toISOString(),
    invoiceId: fact.invoiceId,
    paid: fact.outcome === 'paid',
    occurredAt: fact.occurredAt.toISOString(),
    billingReason: fact.billingReason,
  },
})

const ofCheckout = ({ customerId, account, livemode, occurredAt }: CheckoutEntitlementFact) => ({
  customerId,
  account,
  livemode,
  checkout: occurredAt.toISOString(),
})

export const joinSubscription = (a: SubscriptionRegisters, b: SubscriptionRegisters): SubscriptionRegisters =>
  compact({
    customerId: known(a.customerId, b.customerId),
    account: known(a.account, b.account) ?? null,
    livemode: known(a.livemode, b.livemode) ?? null,
    snapshot: joinSnapshots(a.snapshot, b.snapshot),
    invoice: greatest(a.invoice, b.invoice, ({ created, invoiceId, paid, occurredAt, billingReason }) => [
      created,
      invoiceId,
      paid,
      occurredAt,
      billingReason ?? '',
    ]),
    checkout: known(a.checkout, b.checkout),
  })

function joinSnapshots(a: Snapshot | undefined, b: Snapshot | undefined): Snapshot | undefined {
  const later = greatest(a, b, ({ terminal, second }) => [terminal, second])
  if (!a || !b || a.terminal !== b.terminal || a.second !== b.second) return later
  const byDigest = new Map([...a.candidates, ...b.candidates].map((candidate) => [candidate.digest, candidate]))
  return { ...a, candidates: [...byDigest.values()].sort((x, y) => (x.digest < y.digest ? -1 : 1)) }
}

function columnsOf(registers: SubscriptionRegisters, { pastDueIsActive }: MergeRules): Record<string, unknown> {
  const contents = registers.snapshot && winnerOf(registers.snapshot.candidates)
  const status = statusOf(contents, registers)
  return {
    stripe_customer_id: registers.customerId,
    account: registers.account ?? null,
    livemode: registers.livemode ?? null,
    status,
    is_active: ['trialing', 'active'].includes(status) || (status === 'past_due' && pastDueIsActive),
    billing_period: contents ? billingPeriodOf(contents) : null,
    interval: contents?.interval ?? null,
    interval_count: contents?.intervalCount ?? null,
    price_id: contents?.priceId ?? null,
    quantity: contents?.quantity ?? null,
    current_period_end: contents?.currentPeriodEnd ?? null,
    cancel_at_period_end: contents?.cancelAtPeriodEnd ?? false,
    canceled_at: contents?.canceledAt ?? null,
    undecided: areUndecided(registers.snapshot?.candidates ?? []),
  }
}

/**
 * An invoice counts only if it is later than the snapshot. It moves a subscription between active and past due, or out
 * of incomplete: it gives no access before the first payment, and ends neither `paused` nor `unpaid`.
 */
function statusOf(contents: SubscriptionContents | undefined, registers: SubscriptionRegisters): string {
  const { snapshot, invoice } = registers
  if (!contents || !snapshot) return statusWithoutSnapshot(registers)
  if (!invoice || invoice.occurredAt <= snapshot.second) return contents.status
  if (!invoice.paid) return contents.status === 'active' ? 'past_due' : contents.status
  return ['past_due', 'incomplete'].includes(contents.status) ? 'active' : contents.status
}

/** A paid checkout grants access at once. It is ignored as soon as there is a snapshot. */
function statusWithoutSnapshot({ invoice, checkout }: SubscriptionRegisters): string {
  if (invoice?.paid) return 'active'
  if (checkout) return invoice && invoice.occurredAt > checkout ? 'past_due' : 'active'
  return invoice?.billingReason === 'subscription_create' ? 'incomplete' : 'past_due'
}

const PERIODS: Record<string, string> = { day: 'daily', week: 'weekly', month: 'monthly', year: 'yearly' }

/** Twelve months count as yearly. Otherwise the interval gives the name, and `interval_count` the count. */
function billingPeriodOf({ interval, intervalCount }: SubscriptionContents): string | null {
  if (interval === 'month' && intervalCount === 12) return 'yearly'
  return interval ? (PERIODS[interval] ?? null) : null
}
