import type { SubscriptionContents } from '@sluice/events'
import { decidingOutcome, type InvoiceOutcome } from './invoice-outcomes.ts'

export interface StatusSources {
  /** The snapshot that wins; undefined if none is known. */
  contents: SubscriptionContents | undefined
  /** Outcomes that are later than the snapshot. */
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
 * first payment, and ends neither `paused` nor `unpaid`.
 */
export function statusOf(sources: StatusSources): Status {
  const { contents, outcomes } = sources
  if (!contents) return statusWithoutSnapshot(sources)
  const invoice = decidingOutcome(outcomes, contents)
  return { status: statusAfter(invoice, contents.status), accessUntil: null, isPaidFor: true }
}

function statusAfter(invoice: InvoiceOutcome | undefined, status: string): string {
  if (!invoice) return status
  if (invoice.outcome === 'failed') return status === 'active' ? 'past_due' : status
  return ['past_due', 'incomplete'].includes(status) ? 'active' : status
}

/**
 * Access that no snapshot confirms ends with the period that was paid for. A failed payment gives none: the
 * subscription may have ended long ago. A checkout, and a payment for an unknown period, count for as long as Stripe
 * retries the event of the snapshot: https://docs.stripe.com/webhooks#automatic-retries
 */
function statusWithoutSnapshot({ outcomes, checkout }: StatusSources): Status {
  const invoice = decidingOutcome(outcomes, undefined)
  const isPaid = invoice?.outcome === 'paid'
  if (!isPaid && (!checkout || (invoice && invoice.occurredAt > checkout))) {
    const isFirst = !invoice || invoice.billingReason === 'subscription_create'
    return { status: isFirst ? 'incomplete' : 'past_due', accessUntil: null, isPaidFor: false }
  }
  const ends = [
    ...(isPaid ? [invoice.paidUntil ?? afterRetries(invoice.occurredAt)] : []),
    ...(checkout ? [afterRetries(checkout)] : []),
  ].sort()
  const accessUntil = ends.at(-1) ?? null
  const paidAt = isPaid ? invoice.occurredAt : (checkout ?? '')
  return { status: 'active', accessUntil, isPaidFor: accessUntil !== null && paidAt < accessUntil }
}

const RETRIES_MS = 3 * 86_400_000

const afterRetries = (time: string): string => new Date(Date.parse(time) + RETRIES_MS).toISOString()
