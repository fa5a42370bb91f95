import type { Pool } from 'pg'
import { z } from 'zod'
import { prismaOf } from '../client.ts'
import { parseRows } from '../sql/rows.ts'

const UndecidedSubscription = z.object({
  subscriptionId: z.string(),
  account: z.string().nullable(),
  livemode: z.boolean().nullable(),
  /** The second of the snapshot, or snapshots. One of a later second settles them. Null if there is none. */
  since: z.date().nullable(),
})

export type UndecidedSubscription = z.infer<typeof UndecidedSubscription>

/**
 * Leases subscriptions that only Stripe can decide, longest waiting first. No other worker gets them for a minute.
 * Leaves out deauthorized accounts, and subscriptions whose first snapshot may be on its way. Access that is held waits
 * for the answer, so that one is asked for at once.
 */
export async function leaseUndecidedSubscriptions(pool: Pool, limit: number): Promise<UndecidedSubscription[]> {
  const rows = await prismaOf(pool).$queryRaw`
    UPDATE subscriptions s SET fetch_after = now() + '1 min'::interval
    FROM (
      SELECT stripe_subscription_id AS id FROM subscriptions one
      WHERE undecided AND fetch_after <= now() - CASE WHEN registers ? 'snapshot' OR held_until IS NOT NULL
        THEN '0 s' ELSE '20 s' END::interval
      AND NOT EXISTS (SELECT FROM connected_accounts c WHERE c.account = one.account AND c.deauthorized)
      ORDER BY fetch_after LIMIT ${limit} FOR UPDATE SKIP LOCKED
    ) AS due
    WHERE s.stripe_subscription_id = due.id
    RETURNING s.stripe_subscription_id AS "subscriptionId", s.account, s.livemode,
      (s.registers -> 'snapshot' ->> 'second')::timestamptz AS since`
  return parseRows(UndecidedSubscription, rows)
}

/**
 * A subscription that Stripe does not have is asked for once a day: the key may be that of another account. Access that
 * is held waits no longer.
 */
export async function postponeUndecided(pool: Pool, subscriptionId: string): Promise<void> {
  await prismaOf(pool).$executeRaw`UPDATE subscriptions
    SET fetch_after = now() + '1 day'::interval, held_until = least(held_until, now())
    WHERE stripe_subscription_id = ${subscriptionId}`
}
