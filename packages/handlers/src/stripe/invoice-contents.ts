import type { InvoiceContents } from '@sluice/events'
import type { InvoiceBody } from './invoice-body.ts'
import { invoiceDetailsOf } from './invoice-details.ts'
import { lineReaderOf, soldBy } from './invoice-line.ts'
import { isoOf } from './iso-time.ts'

/** The columns of an invoice. Each is read from its current place first, then from its former place. */
export function invoiceContentsOf(body: InvoiceBody): InvoiceContents {
  const status = statusOf(body)
  return {
    status,
    number: body.number ?? null,
    amountDue: body.amount_due,
    amountPaid: body.amount_paid ?? (status === 'paid' ? body.amount_due : 0),
    tax: taxOf(body),
    currency: body.currency,
    billingReason: body.billing_reason ?? null,
    collectionMethod: body.collection_method ?? body.billing ?? null,
    attemptCount: body.attempt_count ?? 0,
    nextPaymentAttempt: isoOf(body.next_payment_attempt),
    hostedInvoiceUrl: body.hosted_invoice_url ?? null,
    invoicePdf: body.invoice_pdf ?? null,
    customerEmail: body.customer_email ?? null,
    ...periodOf(body),
    created: isoOf(body.created ?? body.date),
    lines: linesOf(body),
    details: invoiceDetailsOf(body),
  }
}

function linesOf(body: InvoiceBody): InvoiceContents['lines'] {
  const lineOf = lineReaderOf(body)
  return (body.lines?.data ?? []).map((line) => ({ ...lineOf(line), ...soldBy(line) }))
}

/** Before 2018-11-08 an invoice had no status, and there were no drafts: https://docs.stripe.com/upgrades#2018-11-08 */
function statusOf({ status, paid, forgiven }: InvoiceBody): string {
  if (status) return status
  if (paid) return 'paid'
  return forgiven ? 'uncollectible' : 'open'
}

/** Since 2025-03-31.basil in `total_taxes`: https://docs.stripe.com/api/invoices/object#invoice_object-total_taxes */
function taxOf({ total_taxes, total_tax_amounts, tax }: InvoiceBody): number | null {
  const parts = total_taxes ?? total_tax_amounts
  return parts ? parts.reduce((sum, part) => sum + part.amount, 0) : (tax ?? null)
}

/**
 * The billing period: from the earliest start to the latest end of a line. The invoice's own period is the previous
 * one, and is empty for a first invoice: https://docs.stripe.com/api/invoices/object#invoice_object-period_end
 */
function periodOf(body: InvoiceBody): Pick<InvoiceContents, 'periodStart' | 'periodEnd'> {
  const lines = body.lines?.data ?? []
  const starts = lines.flatMap(({ period }) => period?.start ?? []).sort(byTime)
  const ends = lines.flatMap(({ period }) => period?.end ?? []).sort(byTime)
  return { periodStart: isoOf(starts[0] ?? body.period_start), periodEnd: isoOf(ends.at(-1) ?? body.period_end) }
}

const byTime = (a: Date, b: Date): number => a.getTime() - b.getTime()
