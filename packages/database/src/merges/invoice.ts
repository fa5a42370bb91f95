import type { InvoiceContents, InvoiceFact } from '@sluice/events'
import type { Merge } from './merge-rows.ts'
import { compact, known, later } from './order.ts'
import { columnsOfOrigin, type Dated, dated, joinOrigins, type Origin, ofOneOrigin, originOf } from './stripe.ts'

interface Registers extends Origin {
  customerId: string | null
  subscriptionId: string | null
  latest: Dated<InvoiceContents>
  /** Time of the latest event that reports a failed attempt, or one to be confirmed. ISO 8601. */
  failedAt?: string | undefined
  actionRequiredAt?: string | undefined
}

const RANK: Record<string, number> = { draft: 0, open: 1, uncollectible: 2, paid: 3, void: 3, deleted: 3 }

/** Whether its lines name credits themselves. */
const sellsCredits = ({ contents }: Pick<Registers['latest'], 'contents'>): boolean =>
  contents.lines.some(({ creditTerms }) => creditTerms !== undefined)

/** An unknown status ranks like `open`. */
const rank = ({ status }: InvoiceContents): number => RANK[status] ?? 1

/**
 * An invoice only moves forward: draft, open, uncollectible, ended. Within one second the higher attempt count wins,
 * then a planned attempt, which Stripe may add just after the failure.
 */
export const invoiceMerge: Merge<InvoiceFact, Registers> = {
  table: 'invoices',
  key: 'stripe_invoice_id',
  watched: ['status'],
  types: {
    livemode: 'boolean',
    amount_due: 'bigint',
    amount_paid: 'bigint',
    tax: 'bigint',
    attempt_count: 'integer',
    next_payment_attempt: 'timestamptz',
    period_start: 'timestamptz',
    period_end: 'timestamptz',
    created_at: 'timestamptz',
    failed_at: 'timestamptz',
    action_required_at: 'timestamptz',
    lines: 'jsonb',
    details: 'jsonb',
    sells_credits: 'boolean',
  },
  shown: `stripe_customer_id stripe_subscription_id account livemode status amount_due amount_paid tax currency
    attempt_count next_payment_attempt period_start period_end billing_reason collection_method failed_at
    action_required_at`,
  hostReads: `stripe_invoice_id stripe_customer_id stripe_subscription_id account livemode status number amount_due
    amount_paid tax currency attempt_count next_payment_attempt hosted_invoice_url invoice_pdf customer_email
    period_start period_end created_at billing_reason collection_method failed_at action_required_at lines details`,
  keyOf: ({ invoiceId }) => invoiceId,

  registersOf: (fact) =>
    compact({
      customerId: fact.customerId,
      subscriptionId: fact.subscriptionId,
      latest: dated(fact, fact.contents),
      failedAt: fact.attempt === 'failed' ? fact.occurredAt.toISOString() : undefined,
      actionRequiredAt: fact.attempt === 'action_required' ? fact.occurredAt.toISOString() : undefined,
      ...originOf(fact),
    }),

  join: ofOneOrigin((a, b) =>
    compact({
      customerId: known(a.customerId, b.customerId) ?? null,
      subscriptionId: known(a.subscriptionId, b.subscriptionId) ?? null,
      latest: later(a.latest, b.latest, ({ second, digest, contents }) => [
        rank(contents),
        second,
        contents.attemptCount,
        contents.nextPaymentAttempt !== null,
        digest,
      ]),
      failedAt: known(a.failedAt, b.failedAt),
      actionRequiredAt: known(a.actionRequiredAt, b.actionRequiredAt),
      ...joinOrigins(a, b),
    }),
  ),

  columnsOf: ({ customerId, subscriptionId, latest: { contents }, failedAt, actionRequiredAt, ...origin }) => ({
    stripe_customer_id: customerId,
    stripe_subscription_id: subscriptionId,
    status: contents.status,
    number: contents.number,
    amount_due: contents.amountDue,
    amount_paid: contents.amountPaid,
    tax: contents.tax,
    currency: contents.currency,
    attempt_count: contents.attemptCount,
    next_payment_attempt: contents.nextPaymentAttempt,
    hosted_invoice_url: contents.hostedInvoiceUrl,
    invoice_pdf: contents.invoicePdf,
    customer_email: contents.customerEmail,
    period_start: contents.periodStart,
    period_end: contents.periodEnd,
    created_at: contents.created,
    billing_reason: contents.billingReason,
    collection_method: contents.collectionMethod ?? null,
    failed_at: failedAt ?? null,
    action_required_at: actionRequiredAt ?? null,
    lines: contents.lines,
    details: contents.details ?? null,
    sells_credits: sellsCredits({ contents }),
    ...columnsOfOrigin(origin),
  }),
}
