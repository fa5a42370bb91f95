import type { InvoiceLine, SoldLine } from '@sluice/events'
import type { Pool, PoolClient } from 'pg'
import { z } from 'zod'
import type { DatedOffer } from '../merges/price.ts'
import { sameOrigin } from '../merges/stripe.ts'
import { parseRows } from '../sql/rows.ts'
import { BOOKED_CREDIT, BookedCredit, type CreditEntry } from './entries.ts'
import { creditsOfPayment, type Offers, soldByInvoice, soldBySession } from './payment-entries.ts'

const Details = z.custom<{ sold?: SoldLine[] }>((value) => typeof value === 'object')

const Paid = z.object({
  id: z.string(),
  user_id: z.string(),
  paid_at: z.date().transform((time) => time.toISOString()),
  amount: z.coerce.number(),
  lines: z.custom<InvoiceLine[]>(Array.isArray).nullable(),
  details: Details.nullable(),
  offers: z.custom<Record<string, DatedOffer[]>>((value) => typeof value === 'object').nullable(),
  reversals: z.array(z.object({ id: z.string(), amount: z.number() })).nullable(),
})

const SOLD = `jsonb_path_query(coalesce(i.lines, '[]') || coalesce(s.details -> 'sold', '[]'), '$[*].priceId') #>> '{}'`

/**
 * Payments that succeeded, of a user, with what they paid for: a paid invoice, or a paid session. A payment that imports
 * alone have told of grants nothing: the host has granted what it sold before.
 */
const PAID = `SELECT p.payment_id AS id, p.user_id, p.occurred_at AS paid_at, p.amount::text, i.lines, s.details,
    (SELECT jsonb_object_agg(c.stripe_price_id, c.registers -> 'creditTerms') FROM prices c
      WHERE c.registers ? 'creditTerms' AND c.stripe_price_id IN (SELECT ${SOLD}) AND ${sameOrigin('c', 'p')}) AS offers,
    (SELECT jsonb_agg(jsonb_build_object('id', back.id, 'amount', back.amount) ORDER BY back.id COLLATE "C") FROM (
      SELECT split_part(coalesce(l.corrects, l.entry_key), ':', 2) AS id,
        sum(CASE l.direction WHEN 'debit' THEN l.amount ELSE -l.amount END)::bigint AS amount
      FROM ledger_entries l WHERE l.payment_id = p.payment_id AND l.account IN ('refunds', 'disputes') GROUP BY 1
    ) AS back WHERE back.amount > 0) AS reversals
  FROM payments p
  LEFT JOIN invoices i ON i.stripe_invoice_id = p.payment_id AND i.status = 'paid' AND ${sameOrigin('i', 'p')}
  LEFT JOIN checkout_sessions s ON s.stripe_checkout_session_id = p.payment_id AND s.payment_status = 'paid'
    AND ${sameOrigin('s', 'p')}
  WHERE p.payment_id = ANY ($1) AND p.status = 'succeeded' AND p.user_id IS NOT NULL AND NOT p.registers ? 'imported'
    AND (i.stripe_invoice_id IS NOT NULL OR s.stripe_checkout_session_id IS NOT NULL)`

/** The entries that follow from these payments as they are now. */
export async function wantedOfPayments(client: Pool | PoolClient, ids: string[]): Promise<CreditEntry[]> {
  const { rows } = await client.query({ name: 'paid_credits', text: PAID, values: [ids] })
  return parseRows(Paid, rows).flatMap(({ id: paymentId, user_id: userId, paid_at: paidAt, amount: paid, ...row }) => {
    const offers: Offers = new Map(Object.entries(row.offers ?? {}))
    const sold = [
      ...soldByInvoice(row.lines ?? [], offers, paidAt),
      ...soldBySession(row.details ?? {}, offers, paidAt),
    ]
    return creditsOfPayment({ paymentId, userId, paidAt, paid, sold, reversals: row.reversals ?? [] })
  })
}

export async function bookedOfPayments(client: Pool | PoolClient, ids: string[]): Promise<BookedCredit[]> {
  const { rows } = await client.query({
    name: 'booked_credits_of_payments',
    text: `SELECT ${BOOKED_CREDIT} FROM credit_entries WHERE payment_id = ANY ($1)`,
    values: [ids],
  })
  return parseRows(BookedCredit, rows)
}
