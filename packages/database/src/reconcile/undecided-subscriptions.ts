import type { Pool } from 'pg'
import { z } from 'zod'
import { prismaOf } from '../client.ts'
import { parseRows } from '../sql/rows.ts'

const UndecidedSubscription = z.object({
  subscriptionId: z.string(),
  account: z.string().nullable(),
  livemode: z.boolean().nullable(),
  /** The second of the contradicting snapshots. A snapshot of a later second settles them. */
  since: z.date(),
})

export type UndecidedSubscription = z.infer<typeof UndecidedSubscription>

/**
 * Leases subscriptions that only Stripe can decide, longest waiting first. No other worker gets them for a minute.
 * Leaves out deauthorized accounts.
 */
export async function leaseUndecidedSubscriptions(pool: Pool, limit: number): Promise<UndecidedSubscription[]> {
  const rows = await prismaOf(pool).$queryRaw`
    UPDATE subscriptions s SET fetch_after = now() + '1 min'::interval
    FROM (
      SELECT stripe_subscription_id AS id FROM subscriptions one
      WHERE undecided AND fetch_after <= now()
      AND NOT EXISTS (SELECT FROM connected_accounts c WHERE c.account = one.account AND c.deauthorized)
      ORDER BY fetch_after LIMIT ${limit} FOR UPDATE SKIP LOCKED
    ) AS due
    WHERE s.stripe_subscription_id = due.id
    RETURNING s.stripe_subscription_id AS "subscriptionId", s.account, s.livemode,
      (s.registers -> 'snapshot' ->> 'second')::timestamptz AS since`
  return parseRows(UndecidedSubscription, rows)
}
