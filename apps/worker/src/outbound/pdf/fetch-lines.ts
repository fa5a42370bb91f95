import type { BilledInvoice } from '@sluice/database/records'
import type { InvoiceLine } from '@sluice/events'
import { readInvoiceLine } from '@sluice/handlers'
import { StripeApiError } from '@sluice/providers/stripe/api'
import { z } from 'zod'
import type { FetchObject } from '../../events/fetch-object.ts'
import { UnreachableError } from '../unreachable.ts'
import { hasAllLines } from './invoice-sums.ts'

const LinePage = z.object({ data: z.array(z.looseObject({ id: z.string() })), has_more: z.boolean() })

/** A thousand lines: more fill forty pages. */
const PAGES_MAX = 10

/**
 * The invoice with the lines that its event left out: events have at most ten
 * (https://docs.stripe.com/api/invoices/line_item). Without an API key, or if Stripe refuses, it stays as it is.
 *
 * @throws {UnreachableError} when Stripe does not answer.
 */
export async function withAllLines(
  invoice: BilledInvoice,
  fetchObject: FetchObject | undefined,
): Promise<BilledInvoice> {
  if (hasAllLines(invoice) || !invoice.details || !fetchObject) return invoice
  const lines = await fetchLines(invoice, fetchObject)
  if (lines.length <= invoice.lines.length) return invoice
  return { ...invoice, lines, details: { ...invoice.details, lineCount: lines.length } }
}

async function fetchLines({ invoiceId, account }: BilledInvoice, fetchObject: FetchObject): Promise<InvoiceLine[]> {
  const lines: InvoiceLine[] = []
  let after = ''
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const path = `/v1/invoices/${encodeURIComponent(invoiceId)}/lines?limit=100${after}`
    const { data: list } = LinePage.safeParse(await ask(() => fetchObject(path, { account })))
    if (!list) return []
    lines.push(...list.data.map(readInvoiceLine))
    const last = list.data.at(-1)
    if (!list.has_more || !last) return lines
    after = `&starting_after=${encodeURIComponent(last.id)}`
  }
  return []
}

/** Resolves to null if Stripe refuses. */
async function ask(request: () => ReturnType<FetchObject>): Promise<Record<string, unknown> | null> {
  try {
    return (await request()).object
  } catch (error) {
    if (!(error instanceof StripeApiError)) throw error
    if (error.code === 'stripe_refused') return null
    throw new UnreachableError(error.code, error.retryAfterMs)
  }
}
