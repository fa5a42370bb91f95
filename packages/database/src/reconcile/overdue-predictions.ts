import { FINAL_PREDICTION_STATUSES } from '@sluice/events'
import type { Pool } from 'pg'
import { sqlList } from '../sql/text.ts'

/**
 * Predictions that should have ended and did not say so: nothing came of them for a minute, which is how long Replicate
 * sends the end again (https://replicate.com/docs/topics/webhooks/receive-webhook). After a day nobody waits any more.
 */
const OVERDUE = `one.prediction_id IS NOT NULL AND one.status NOT IN (${sqlList(FINAL_PREDICTION_STATUSES)}) AND one.poll_after <= now()
  AND one.seen_at > now() - '1 day'::interval
  AND NOT EXISTS (SELECT FROM webhook_events e WHERE e.provider = 'replicate'
    AND e.ordering_key = 'replicate:' || one.prediction_id AND e.received_at > now() - '1 min'::interval)`

/**
 * Leases the predictions that are to be asked for, the longest waiting first: nobody else is given the same meanwhile.
 * What has not ended is given again after as long as it has run, between 1 and 10 minutes: files exist for an hour.
 */
export async function takeOverduePredictions(pool: Pool, limit: number): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(
    `UPDATE generation_jobs j
      SET poll_after = now() + greatest('1 min'::interval, least('10 min'::interval, now() - j.seen_at))
      FROM (SELECT id FROM generation_jobs one WHERE ${OVERDUE}
        ORDER BY poll_after LIMIT $1 FOR UPDATE SKIP LOCKED) AS due
      WHERE j.id = due.id RETURNING j.prediction_id AS id`,
    [limit],
  )
  return rows.map(({ id }) => id)
}

/** How many of them nobody has asked for. */
export async function countOverduePredictions(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM generation_jobs one WHERE ${OVERDUE}`,
  )
  return rows[0]?.count ?? 0
}
