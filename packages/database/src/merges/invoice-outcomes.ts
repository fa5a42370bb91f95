import type { InvoiceOutcomeFact, SubscriptionContents } from '@sluice/events'
import { type Comparable, compare, later } from './order.ts'

/** One outcome of an invoice. All times are ISO 8601. */
export interface InvoiceOutcome {
  invoiceId: string
  created: string
  outcome: InvoiceOutcomeFact['outcome']
  occurredAt: string
  billingReason: string | null
  paidUntil: string | null
}

/** The one outcome that rows written before 2026-11-28 have. */
export interface FormerOutcome {
  created: string
  invoiceId: string
  paid: boolean
  occurredAt: string
  billingReason: string | null
  paidUntil?: string
}

/**
 * Invoices that say nothing of their subscription: https://docs.stripe.com/billing/subscriptions/overview and
 * https://docs.stripe.com/billing/invoices/subscription#manual-invoices
 */
export const isApartFromSubscription = (billingReason: string | null): boolean =>
  billingReason === 'manual' || billingReason === 'quote_accept'

export const outcomeOfFact = (fact: InvoiceOutcomeFact): InvoiceOutcome => ({
  invoiceId: fact.invoiceId,
  created: fact.invoiceCreated.toISOString(),
  outcome: fact.outcome,
  occurredAt: fact.occurredAt.toISOString(),
  billingReason: fact.billingReason,
  paidUntil: fact.paidUntil?.toISOString() ?? null,
})

export function ofFormer({ paid, paidUntil, ...rest }: FormerOutcome): InvoiceOutcome[] {
  if (isApartFromSubscription(rest.billingReason)) return []
  return [{ ...rest, outcome: paid ? 'paid' : 'failed', paidUntil: paidUntil ?? null }]
}

/**
 * Keeps the latest of each outcome of each invoice: a void invoice must count no more, whichever event arrives last,
 * and then the outcome of an earlier invoice counts again.
 */
export function joinOutcomes(outcomes: InvoiceOutcome[]): InvoiceOutcome[] {
  const kept = new Map<string, InvoiceOutcome>()
  for (const one of outcomes) {
    const key = `${one.invoiceId} ${one.outcome}`
    const other = kept.get(key)
    kept.set(key, other ? later(other, one, orderOfOutcome) : one)
  }
  return [...kept].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, outcome]) => outcome)
}

const orderOfOutcome = (one: InvoiceOutcome): Comparable[] => [
  one.occurredAt,
  one.created,
  one.billingReason ?? '',
  one.paidUntil ?? '',
]

/**
 * The outcome of the latest invoice that has one. A failed charge of a pending update changes nothing. An invoice that
 * was written off may still be paid or made void.
 */
export function decidingOutcome(
  outcomes: InvoiceOutcome[],
  contents: SubscriptionContents | undefined,
): InvoiceOutcome | undefined {
  const paid = new Set(invoicesOf(outcomes, 'paid'))
  const voided = new Set(invoicesOf(outcomes, 'void'))
  const writtenOff = new Set(invoicesOf(outcomes, 'uncollectible'))
  return outcomes
    .filter(({ outcome, invoiceId, billingReason }) => {
      if (outcome === 'paid') return true
      if (outcome === 'void' || voided.has(invoiceId) || paid.has(invoiceId)) return false
      if (outcome === 'uncollectible') return true
      if (writtenOff.has(invoiceId)) return false
      return !(contents?.pendingUpdate && billingReason === 'subscription_update')
    })
    .sort((a, b) => compare([b.created, b.invoiceId], [a.created, a.invoiceId]))[0]
}

const invoicesOf = (outcomes: InvoiceOutcome[], wanted: InvoiceOutcome['outcome']): string[] =>
  outcomes.filter(({ outcome }) => outcome === wanted).map(({ invoiceId }) => invoiceId)
