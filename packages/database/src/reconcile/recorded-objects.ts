import {
  FINAL_PREDICTION_STATUSES,
  FINAL_SUBSCRIPTION_STATUSES,
  type LateSubscription,
  type RecordedObjects,
} from '@sluice/events'
import type { Pool } from 'pg'
import { sqlList } from '../sql/text.ts'

/** @param missedSubscriptions left out of the late ones: an event that was missed tells of them. */
export const recordedObjects = (pool: Pool, missedSubscriptions: ReadonlySet<string | null>): RecordedObjects => ({
  connectedAccounts: () => connectedAccounts(pool),
  lateSubscriptions: async () =>
    (await lateSubscriptions(pool)).filter(({ subscriptionId }) => !missedSubscriptions.has(subscriptionId)),
  predictionsWithoutEnd: (since, until) => predictionsWithoutEnd(pool, since, until),
})

/** Predictions that the host started in this time and whose end the inbox does not have. */
async function predictionsWithoutEnd(pool: Pool, since: Date, until: Date): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(
    `SELECT j.prediction_id AS id FROM generation_jobs j
      WHERE j.prediction_id IS NOT NULL AND j.status NOT IN (${sqlList(FINAL_PREDICTION_STATUSES)})
      AND j.seen_at BETWEEN $1 AND $2
      AND NOT EXISTS (SELECT FROM webhook_events e WHERE e.provider = 'replicate'
        AND e.ordering_key = 'replicate:' || j.prediction_id AND e.type ~ '[.](${FINAL_PREDICTION_STATUSES.join('|')})$')
      ORDER BY j.seen_at DESC`,
    [since, until],
  )
  return rows.map(({ id }) => id)
}

/** Accounts that are connected, or own a customer, and have not deauthorized us. */
async function connectedAccounts(pool: Pool): Promise<string[]> {
  const { rows } = await pool.query<{ account: string }>(
    `SELECT account FROM (SELECT account FROM connected_accounts UNION SELECT account FROM customers) AS known
      WHERE account IS NOT NULL
      AND NOT EXISTS (SELECT FROM connected_accounts c WHERE c.account = known.account AND c.deauthorized)
      ORDER BY account`,
  )
  return rows.map(({ account }) => account)
}

/**
 * Subscriptions that are not over although their period ended an hour ago or longer: an event should have followed.
 * One whose event waits for a worker is left out.
 */
async function lateSubscriptions(pool: Pool): Promise<LateSubscription[]> {
  const { rows } = await pool.query<LateSubscription>(
    `SELECT s.stripe_subscription_id AS "subscriptionId", s.account, s.livemode, s.status,
        s.current_period_end AS "periodEnd"
      FROM subscriptions s
      WHERE s.status NOT IN (${sqlList(FINAL_SUBSCRIPTION_STATUSES)}) AND s.current_period_end < now() - '1 hour'::interval
      AND NOT EXISTS (SELECT FROM connected_accounts c WHERE c.account = s.account AND c.deauthorized)
      AND NOT EXISTS (SELECT FROM webhook_events e
        WHERE e.subscription_id = s.stripe_subscription_id AND e.status = 'received')
      ORDER BY s.stripe_subscription_id`,
  )
  return rows
}
