import type { CreditTerms, InvoiceLine } from '@sluice/events'
import type { Pool, PoolClient } from 'pg'
import { z } from 'zod'
import type { DatedOffer } from '../merges/price.ts'
import { sameOrigin } from '../merges/stripe.ts'
import { parseRows } from '../sql/rows.ts'
import { BOOKED_CREDIT, BookedCredit, type CreditEntry } from './entries.ts'
import {
  creditsOfPayment,
  type Money,
  type Offers,
  type SessionDetails,
  soldByInvoice,
  soldWithoutInvoice,
} from './payment-entries.ts'

const Details = z.custom<SessionDetails>((value) => typeof value === 'object')

const Terms = z.custom<CreditTerms>((value) => typeof value === 'object')

const Amount = z.object({ amount: z.number(), currency: z.string() })

const Paid = z.object({
  id: z.string(),
  user_id: z.string(),
  paid_at: z.date().transform((time) => time.toISOString()),
  amount: z.coerce.number(),
  currency: z.string(),
  received: z.array(Amount).nullable(),
  of_intent: Terms.nullable(),
  lines: z.custom<InvoiceLine[]>(Array.isArray).nullable(),
  details: Details.nullable(),
  offers: z.custom<Record<string, DatedOffer[]>>((value) => typeof value === 'object').nullable(),
  reversals: z.array(Amount.extend({ id: z.string() })).nullable(),
})

const SOLD = `jsonb_path_query(coalesce(i.lines, '[]') || coalesce(s.details -> 'sold', '[]'), '$[*].priceId') #>> '{}'`

/** The credits that the metadata of an intent or charge names: of several, the newest. */
const OF_INTENT = `SELECT r.registers -> 'creditTerms' -> 'contents' FROM payment_references r
  WHERE r.payment_id = p.payment_id AND r.sells_credits AND ${sameOrigin('r', 'p')}
  ORDER BY r.registers -> 'creditTerms' ->> 'second' COLLATE "C" DESC, r.registers -> 'creditTerms' ->> 'digest' COLLATE "C" DESC
  LIMIT 1`

/** The sum that its intents and charges received, where that is in another currency. */
const RECEIVED = `SELECT jsonb_agg(jsonb_build_object('amount', r.amount, 'currency', r.currency)) FROM (
    SELECT r.registers -> 'received' -> 'contents' ->> 'currency' AS currency,
      sum((r.registers -> 'received' -> 'contents' ->> 'amount')::bigint) AS amount
    FROM payment_references r
    WHERE r.payment_id = p.payment_id AND r.registers ? 'received' AND ${sameOrigin('r', 'p')} GROUP BY 1
  ) AS r WHERE r.currency <> p.currency`

/** The session of an intent that was booked as a payment of its own, because the session's event came too late. */
const LATE_SESSION = `SELECT r.registers #>> '{session,contents,sessionId}' FROM payment_references r
  WHERE r.reference = p.payment_id`

/**
 * Payments that succeeded, of a user, with what they paid for: a paid invoice, a paid session, or what the metadata of an
 * intent or charge names. A payment that imports alone have told of grants nothing: the host has granted what it sold
 * before.
 */
const PAID = `SELECT p.payment_id AS id, p.user_id, p.occurred_at AS paid_at, p.amount::text, p.currency,
    i.lines, s.details, (${OF_INTENT}) AS of_intent, (${RECEIVED}) AS received,
    (SELECT jsonb_object_agg(c.stripe_price_id, c.registers -> 'creditTerms') FROM prices c
      WHERE c.registers ? 'creditTerms' AND c.stripe_price_id IN (SELECT ${SOLD}) AND ${sameOrigin('c', 'p')}) AS offers,
    (SELECT jsonb_agg(jsonb_build_object('id', back.id, 'amount', back.amount, 'currency', back.currency)
        ORDER BY back.id COLLATE "C", back.currency COLLATE "C") FROM (
      SELECT split_part(coalesce(l.corrects, l.entry_key), ':', 2) AS id, l.currency,
        sum(CASE l.direction WHEN 'debit' THEN l.amount ELSE -l.amount END)::bigint AS amount
      FROM ledger_entries l WHERE l.payment_id = p.payment_id AND l.account IN ('refunds', 'disputes') GROUP BY 1, 2
    ) AS back WHERE back.amount > 0) AS reversals
  FROM payments p
  LEFT JOIN invoices i ON i.stripe_invoice_id = p.payment_id AND i.status = 'paid' AND ${sameOrigin('i', 'p')}
  LEFT JOIN checkout_sessions s ON s.stripe_checkout_session_id = coalesce((${LATE_SESSION}), p.payment_id)
    AND s.payment_status = 'paid'
    AND ${sameOrigin('s', 'p')}
  WHERE p.payment_id = ANY ($1) AND p.status = 'succeeded' AND p.user_id IS NOT NULL AND NOT p.registers ? 'imported'
    AND (i.stripe_invoice_id IS NOT NULL OR s.stripe_checkout_session_id IS NOT NULL OR EXISTS (
      SELECT FROM payment_references r WHERE r.payment_id = p.payment_id AND r.sells_credits))`

/** The entries that follow from these payments as they are now. */
export async function wantedOfPayments(client: Pool | PoolClient, ids: string[]): Promise<CreditEntry[]> {
  const { rows } = await client.query({ name: 'paid_credits', text: PAID, values: [ids] })
  return parseRows(Paid, rows).flatMap(({ id: paymentId, user_id: userId, paid_at: paidAt, details, ...row }) => {
    const offers: Offers = new Map(Object.entries(row.offers ?? {}))
    const sold = row.lines
      ? soldByInvoice(row.lines, offers, paidAt)
      : soldWithoutInvoice(details ?? {}, row.of_intent, offers, paidAt)
    const paid: Money = { amount: row.amount, currency: row.currency }
    const { presented } = details?.conversion ?? {}
    const paidIn = [...(row.received ?? []), ...(presented ? [presented] : [])]
    return creditsOfPayment({ paymentId, userId, paidAt, paid, paidIn, sold, reversals: row.reversals ?? [] })
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
