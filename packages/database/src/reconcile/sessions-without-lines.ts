import type { Pool } from 'pg'
import { z } from 'zod'
import { prismaOf } from '../client.ts'
import { parseRows } from '../sql/rows.ts'

/** Sessions that were paid longer ago are from before credits were sold: their line items are not fetched. */
const DAYS = 30

const Leased = z.object({
  sessionId: z.string(),
  account: z.string().nullable(),
  livemode: z.boolean().nullable(),
  isWanted: z.boolean(),
})

export type SessionWithoutLines = Omit<z.infer<typeof Leased>, 'isWanted'>

/**
 * Leases paid Checkout sessions whose line items may sell credits and are not known. No other worker gets them for a
 * minute. None while no price grants credits.
 *
 * @returns the number of sessions that were looked at, and those whose payment waits for its line items
 */
export async function leaseSessionsWithoutLines(
  pool: Pool,
  limit: number,
): Promise<{ found: number; sessions: SessionWithoutLines[] }> {
  const rows = await prismaOf(pool).$queryRaw`
    UPDATE checkout_sessions s SET lines_fetch_after = now() + CASE WHEN due.is_wanted THEN '1 min'
      WHEN due.is_old THEN '100 years' ELSE '1 hour' END::interval
    FROM (
      SELECT stripe_checkout_session_id AS id,
        (one.registers #>> '{bestPaid,second}')::timestamptz < now() - make_interval(days => ${DAYS}) AS is_old,
        EXISTS (SELECT FROM payments p
          WHERE p.payment_id IN (one.stripe_checkout_session_id, one.details ->> 'paymentIntentId') AND p.status = 'succeeded'
          AND NOT p.registers ? 'imported' AND p.occurred_at > now() - make_interval(days => ${DAYS})) AS is_wanted
      FROM checkout_sessions one
      WHERE mode = 'payment' AND payment_status = 'paid' AND NOT sells_credits AND NOT registers ? 'sold'
        AND lines_fetch_after <= now() AND EXISTS (SELECT FROM prices WHERE registers ? 'creditTerms')
        AND NOT EXISTS (SELECT FROM connected_accounts c WHERE c.account = one.account AND c.deauthorized)
      ORDER BY lines_fetch_after LIMIT ${limit} FOR UPDATE SKIP LOCKED
    ) AS due
    WHERE s.stripe_checkout_session_id = due.id
    RETURNING s.stripe_checkout_session_id AS "sessionId", s.account, s.livemode, due.is_wanted AS "isWanted"`
  const leased = parseRows(Leased, rows)
  return {
    found: leased.length,
    sessions: leased.filter(({ isWanted }) => isWanted).map(({ isWanted: _, ...session }) => session),
  }
}

/** They are recorded, or Stripe does not have the session: it is asked for again a day later, if they are still missing. */
export async function postponeLines(pool: Pool, sessionId: string): Promise<void> {
  await prismaOf(pool).$executeRaw`UPDATE checkout_sessions SET lines_fetch_after = now() + '1 day'::interval
    WHERE stripe_checkout_session_id = ${sessionId}`
}
