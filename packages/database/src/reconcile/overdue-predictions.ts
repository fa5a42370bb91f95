import { FINAL_PREDICTION_STATUSES, type StartedPrediction } from '@sluice/events'
import type { Pool } from 'pg'
import { z } from 'zod'
import { Prisma, prismaOf } from '../client.ts'
import { parseRows } from '../sql/rows.ts'
import { sqlList } from '../sql/text.ts'

/**
 * Predictions whose final event is overdue: Replicate retries it for a minute
 * (https://replicate.com/docs/topics/webhooks/receive-webhook), and no event arrived in the last minute. Predictions
 * older than a day are left out.
 */
const OVERDUE = Prisma.sql`one.prediction_id IS NOT NULL
  AND one.status NOT IN (${Prisma.raw(sqlList(FINAL_PREDICTION_STATUSES))}) AND one.poll_after <= now()
  AND one.seen_at > now() - '1 day'::interval
  AND NOT EXISTS (SELECT FROM webhook_events e WHERE e.provider = 'replicate'
    AND e.ordering_key = 'replicate:' || one.prediction_id AND e.received_at > now() - '1 min'::interval)`

const Leased = z.object({ id: z.string(), seenAt: z.date() })

/**
 * Leases overdue predictions, longest waiting first, so that no other worker polls them meanwhile. A prediction that
 * has not ended is leased again after the time that it has run so far, at least 1 and at most 10 minutes, because
 * Replicate keeps files for an hour only.
 */
export async function leaseOverduePredictions(pool: Pool, limit: number): Promise<StartedPrediction[]> {
  const rows = await prismaOf(pool).$queryRaw`
    UPDATE generation_jobs j
    SET poll_after = now() + greatest('1 min'::interval, least('10 min'::interval, now() - j.seen_at))
    FROM (SELECT id FROM generation_jobs one WHERE ${OVERDUE}
      ORDER BY poll_after LIMIT ${limit} FOR UPDATE SKIP LOCKED) AS due
    WHERE j.id = due.id RETURNING j.prediction_id AS id, j.seen_at AS "seenAt"`
  return parseRows(Leased, rows)
}

const Count = z.object({ count: z.number() })

/** Counts overdue predictions that no worker has leased. */
export async function countOverduePredictions(pool: Pool): Promise<number> {
  const rows = await prismaOf(pool).$queryRaw`SELECT count(*)::int AS count FROM generation_jobs one WHERE ${OVERDUE}`
  return parseRows(Count, rows)[0]?.count ?? 0
}
