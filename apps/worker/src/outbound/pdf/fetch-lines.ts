import type { InvoiceLine } from '@sluice/events'
import { readInvoiceLine } from '@sluice/handlers'
import { StripeApiError } from '@sluice/providers/stripe/api'
import { z } from 'zod'
import type { FetchObject } from '../../events/fetch-object.ts'
import { UnreachableError } from '../unreachable.ts'
import { hasAllLines, type Listed } from './invoice-sums.ts'

const LinePage = z.object({ data: z.array(z.looseObject({ id: z.string() })), has_more: z.boolean() })

/** A thousand lines: more fill forty pages. */
const PAGES_MAX = 10

/**
 * The invoice or credit note with the lines that its event left out: events have at most ten
 * (https://docs.stripe.com/api/invoices/line_item). Without an API key, or if Stripe refuses, it stays as it is.
 *
 * @param path the object in Stripe's API, `/v1/invoices/in_…`
 * @throws {UnreachableError} when Stripe does not answer.
 */
export async function withAllLines<T extends Listed & { account: string | null }>(
  billed: T,
  path: string,
  fetchObject: FetchObject | undefined,
): Promise<T> {
  if (hasAllLines(billed) || !billed.details || !fetchObject) return billed
  const lines = await fetchLines(path, billed.account, fetchObject)
  if (lines.length <= billed.lines.length) return billed
  return { ...billed, lines, details: { ...billed.details, lineCount: lines.length } }
}

async function fetchLines(object: string, account: string | null, fetchObject: FetchObject): Promise<InvoiceLine[]> {
  const lines: InvoiceLine[] = []
  let after = ''
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const path = `${object}/lines?limit=100${after}`
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
    throw new UnreachableError(error.code, { cause: 'unavailable', retryAfterMs: error.retryAfterMs })
  }
}
