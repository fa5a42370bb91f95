import type { SubscriptionContents } from '@sluice/events'
import { decidingOutcome, type InvoiceOutcome } from './invoice-outcomes.ts'

export interface StatusSources {
  /** The snapshot that wins; undefined if none is known. */
  contents: SubscriptionContents | undefined
  /** The second of that snapshot. ISO 8601. */
  since?: string | undefined
  /** Outcomes of that second, and later ones. */
  outcomes: InvoiceOutcome[]
  /** Time of a paid checkout. ISO 8601. */
  checkout: string | undefined
}

export interface Status {
  status: string
  /** ISO 8601; null if access does not end by itself, or none was given. */
  accessUntil: string | null
  /** Whether the status is that of a snapshot or of a payment, and not only of a failure. */
  isPaidFor: boolean
}

/**
 * An invoice moves a subscription between active and past due, or out of incomplete: it gives no access before the
 * first payment, and ends neither `paused` nor `unpaid`. An uncollectible invoice ends past due as a paid one does:
 * https://docs.stripe.com/billing/subscriptions/overview#subscription-statuses
 */
export function statusOf(sources: StatusSources): Status {
  const { contents, since = '' } = sources
  if (!contents) return statusWithoutSnapshot(sources)
  const later = sources.outcomes.filter(({ occurredAt }) => occurredAt > since)
  const status =
    contents.status === 'incomplete'
      ? statusAfterIncomplete(sources, later)
      : statusAfter(decidingOutcome(later, contents), contents.status)
  return { status, accessUntil: null, isPaidFor: true }
}

/**
 * A subscription is incomplete before its first payment and never after, so a payment of the same second is later. That
 * its Checkout is paid says the same.
 */
function statusAfterIncomplete(
  { contents, since = '', outcomes, checkout = '' }: StatusSources,
  later: InvoiceOutcome[],
) {
  const counted = [...new Set([...later, ...outcomes.filter(({ outcome }) => outcome === 'paid')])]
  const invoice = decidingOutcome(counted, contents)
  const isCheckedOut = checkout !== '' && checkout >= since && !hasFailedAfter(invoice, checkout)
  return isCheckedOut ? 'active' : statusAfter(invoice, 'incomplete')
}

const hasFailedAfter = (invoice: InvoiceOutcome | undefined, checkout = ''): boolean =>
  invoice?.outcome === 'failed' && invoice.occurredAt > checkout

function statusAfter(invoice: InvoiceOutcome | undefined, status: string): string {
  if (!invoice) return status
  if (invoice.outcome === 'failed') return status === 'active' ? 'past_due' : status
  if (invoice.outcome === 'uncollectible') return status === 'past_due' ? 'active' : status
  return ['past_due', 'incomplete'].includes(status) ? 'active' : status
}

/**
 * Access that no snapshot confirms ends with the period that was paid for, and a failed payment neither gives it nor
 * takes it away: the subscription may have ended long ago. A checkout, and a payment for an unknown period, count for as
 * long as Stripe retries the event of the snapshot: https://docs.stripe.com/webhooks#automatic-retries
 */
function statusWithoutSnapshot({ outcomes, checkout }: StatusSources): Status {
  const invoice = decidingOutcome(outcomes, undefined)
  const hasFailed = hasFailedAfter(invoice, checkout)
  const periods = [...outcomes.flatMap(paidPeriod), ...(checkout && !hasFailed ? [periodFrom(checkout)] : [])]
  const last = greatestOf(periods)
  return {
    status: last && !hasFailed ? 'active' : statusOfFailure(invoice),
    accessUntil: last?.end ?? null,
    isPaidFor: periods.some(({ start, end }) => start < end),
  }
}

const statusOfFailure = (invoice: InvoiceOutcome | undefined): string =>
  !invoice || invoice.billingReason === 'subscription_create' ? 'incomplete' : 'past_due'

/** From a payment to the end of its effect. ISO 8601. */
interface Period {
  start: string
  end: string
}

const paidPeriod = ({ outcome, occurredAt, paidUntil }: InvoiceOutcome): Period[] =>
  outcome === 'paid' ? [{ ...periodFrom(occurredAt), ...(paidUntil !== null && { end: paidUntil }) }] : []

const periodFrom = (start: string): Period => ({ start, end: afterRetries(start) })

const greatestOf = (periods: Period[]): Period | undefined => periods.sort((a, b) => (a.end < b.end ? -1 : 1)).at(-1)

const RETRIES_MS = 3 * 86_400_000

const afterRetries = (time: string): string => new Date(Date.parse(time) + RETRIES_MS).toISOString()
