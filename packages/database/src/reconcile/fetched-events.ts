import type { VerifiedEvent } from '@sluice/events'
import type { Pool } from 'pg'
import { finish } from '../commit/finish.ts'
import { appendEvent } from '../inbox/append-event.ts'
import { inTransaction } from '../sql/transaction.ts'

export interface UndecidedSubscription {
  subscriptionId: string
  account: string | null
  livemode: boolean | null
  /** The second whose snapshots contradict each other: an answer of a later one settles it. */
  since: Date
}

/**
 * Leases for a minute what only Stripe can decide, the longest waiting first: nobody else is given the same meanwhile.
 * Accounts that no longer let us ask are left out.
 */
export async function takeUndecided(pool: Pool, limit: number): Promise<UndecidedSubscription[]> {
  const { rows } = await pool.query<UndecidedSubscription>(
    `UPDATE subscriptions s SET fetch_after = now() + '1 min'::interval
      FROM (SELECT stripe_subscription_id AS id FROM subscriptions one
        WHERE undecided AND fetch_after <= now()
        AND NOT EXISTS (SELECT FROM connected_accounts c WHERE c.account = one.account AND c.deauthorized)
        ORDER BY fetch_after LIMIT $1 FOR UPDATE SKIP LOCKED) AS due
      WHERE s.stripe_subscription_id = due.id
      RETURNING s.stripe_subscription_id AS "subscriptionId", s.account, s.livemode,
        (s.registers -> 'snapshot' ->> 'second')::timestamptz AS since`,
    [limit],
  )
  return rows
}

/** Whether a connected account took back its leave to act for it. One's own never does. */
export async function isDeauthorized(pool: Pool, account: string | null): Promise<boolean> {
  if (account === null) return false
  const { rows } = await pool.query('SELECT FROM connected_accounts WHERE account = $1 AND deauthorized', [account])
  return rows.length > 0
}

/**
 * Takes in what a thin event stands for, and settles the thin event's row: both or neither. Without an event the row
 * is ignored for that reason. Repeating it changes nothing.
 *
 * @returns the row of the fetched event, also when it was there already; null where there is none.
 */
export function takeInFetched(
  pool: Pool,
  thinRowId: string,
  event: VerifiedEvent | null,
  reason?: string,
): Promise<{ id: string | null }> {
  return inTransaction(pool, async (client) => {
    const { rows } = await client.query<{ status: string }>(
      `SELECT status FROM webhook_events WHERE id = $1 AND status IN ('received', 'failed') FOR UPDATE`,
      [thinRowId],
    )
    const id = event && (await appendEvent(client, event))
    const status = event ? 'processed' : 'ignored'
    const done = rows.map((row) => ({
      ...({ id: thinRowId, status, error: event ? null : (reason ?? null) } as const),
      wasFailed: row.status === 'failed',
    }))
    await finish(client, done, false)
    return { id }
  })
}
