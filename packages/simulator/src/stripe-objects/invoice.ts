import { type ApiVersion, isBeforeBasil, NEWEST_VERSION } from '../api-version.ts'
import { type LineOptions, lineObject } from './invoice-line.ts'

export interface InvoiceOptions {
  id: string
  customerId: string
  subscriptionId?: string | null
  status: 'draft' | 'open' | 'paid' | 'uncollectible' | 'void'
  /** In the currency's minor unit. */
  amount: number
  /** The part of `amount` that is tax; null when tax is not calculated. */
  tax?: number | null
  /** Unix seconds, as all times here. */
  created: number
  periodStart?: number
  periodEnd?: number
  billingReason?: string
  attemptCount?: number
  nextPaymentAttempt?: number | null
  email?: string | null
  lines?: readonly LineOptions[]
  transitions?: InvoiceTransitions
  /** Part of the invoice before 2025-03-31.basil, of `invoice_payment.paid` alone since then. */
  paymentIntentId?: string | null
  chargeId?: string | null
  metadata?: Record<string, string>
  version?: ApiVersion
}

/** When an invoice changed its status; null where it did not. */
export interface InvoiceTransitions {
  finalizedAt: number | null
  paidAt: number | null
  voidedAt: number | null
  uncollectibleAt: number | null
}

/** https://docs.stripe.com/api/invoices/object; `metadata` is the subscription's, as an invoice repeats it. */
export function invoiceObject({ version = NEWEST_VERSION, ...options }: InvoiceOptions) {
  const { id, amount, created, status } = options
  const isPaid = status === 'paid'
  const attemptCount = options.attemptCount ?? 1
  const lines = (options.lines ?? []).map((line) => lineObject(line, id, version))
  return {
    id,
    object: 'invoice',
    account_country: 'US',
    account_name: 'Example Company',
    amount_due: amount,
    amount_paid: isPaid ? amount : 0,
    amount_remaining: isPaid ? 0 : amount,
    attempt_count: attemptCount,
    attempted: attemptCount > 0,
    auto_advance: status === 'draft' || status === 'open',
    billing_reason: options.billingReason ?? 'subscription_create',
    collection_method: 'charge_automatically',
    created,
    currency: 'usd',
    customer: options.customerId,
    customer_email: options.email ?? null,
    customer_name: null,
    default_payment_method: null,
    description: null,
    due_date: null,
    ...linksOf(options),
    last_finalization_error: null,
    lines: { object: 'list', data: lines, has_more: false, total_count: lines.length, url: `/v1/invoices/${id}/lines` },
    livemode: false,
    metadata: {},
    next_payment_attempt: options.nextPaymentAttempt ?? null,
    period_end: options.periodEnd ?? created,
    period_start: options.periodStart ?? created,
    ...(isBeforeBasil(version) ? inOldPlaces(options) : inNewPlaces(options)),
    starting_balance: 0,
    status,
    status_transitions: {
      finalized_at: options.transitions?.finalizedAt ?? null,
      marked_uncollectible_at: options.transitions?.uncollectibleAt ?? null,
      paid_at: options.transitions?.paidAt ?? null,
      voided_at: options.transitions?.voidedAt ?? null,
    },
    subtotal: amount,
    total: amount,
  }
}

/** A preview of the next invoice, which has no id yet: https://docs.stripe.com/api/invoices/create_preview */
export function upcomingInvoice(options: Omit<InvoiceOptions, 'id' | 'status'>) {
  const { id: _, ...upcoming } = invoiceObject({ ...options, id: 'upcoming', status: 'draft' })
  return {
    ...upcoming,
    lines: { ...upcoming.lines, data: upcoming.lines.data.map((line) => ({ ...line, invoice: null })) },
  }
}

/** A draft has neither a number nor a hosted page. */
function linksOf({ id, status }: InvoiceOptions) {
  if (status === 'draft') return { hosted_invoice_url: null, invoice_pdf: null, number: null }
  return {
    hosted_invoice_url: `https://invoice.stripe.com/i/acct_1Example/test_${id}`,
    invoice_pdf: `https://pay.stripe.com/invoice/acct_1Example/test_${id}/pdf`,
    number: `${id.slice(3, 11).toUpperCase()}-0001`,
  }
}

function inNewPlaces({ subscriptionId, tax, metadata = {} }: InvoiceOptions) {
  const parent = {
    quote_details: null,
    subscription_details: { metadata, subscription: subscriptionId },
    type: 'subscription_details',
  }
  const taxes = typeof tax === 'number' ? [{ amount: tax, tax_behavior: 'inclusive', type: 'tax_rate_details' }] : []
  return { parent: subscriptionId ? parent : null, total_taxes: taxes }
}

function inOldPlaces({ subscriptionId = null, status, tax = null, metadata = {}, ...options }: InvoiceOptions) {
  return {
    charge: options.chargeId ?? null,
    discount: null,
    paid: status === 'paid',
    payment_intent: options.paymentIntentId ?? null,
    subscription: subscriptionId,
    subscription_details: subscriptionId ? { metadata } : null,
    tax,
    total_tax_amounts: tax === null ? [] : [{ amount: tax, inclusive: true, tax_rate: 'txr_1Example' }],
  }
}
