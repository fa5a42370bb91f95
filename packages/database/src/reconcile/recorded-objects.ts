import {
  FINAL_PREDICTION_STATUSES,
  FINAL_SUBSCRIPTION_STATUSES,
  type LateSubscription,
  type RecordedObjects,
} from '@sluice/events'
import type { Pool } from 'pg'
import { z } from 'zod'
import { Prisma, prismaOf } from '../client.ts'
import { parseRows } from '../sql/rows.ts'
import { sqlList } from '../sql/text.ts'
import { connectedAccounts } from './connected-accounts.ts'

/** @param missedSubscriptions left out of `lateSubscriptions`, because a missed event explains why they are late. */
export const recordedObjects = (pool: Pool, missedSubscriptions: ReadonlySet<string | null>): RecordedObjects => ({
  connectedAccounts: () => connectedAccounts(pool),
  lateSubscriptions: async () =>
    (await lateSubscriptions(pool)).filter(({ subscriptionId }) => !missedSubscriptions.has(subscriptionId)),
  predictionsWithoutEnd: (since, until) => predictionsWithoutEnd(pool, since, until),
})

const Prediction = z.object({ id: z.string() })

/** Predictions that the host started in this period and whose final event is not in the inbox. */
async function predictionsWithoutEnd(pool: Pool, since: Date, until: Date): Promise<string[]> {
  const rows = await prismaOf(pool).$queryRaw`
    SELECT j.prediction_id AS id FROM generation_jobs j
    WHERE j.prediction_id IS NOT NULL AND j.status NOT IN (${Prisma.raw(sqlList(FINAL_PREDICTION_STATUSES))})
    AND j.seen_at BETWEEN ${since} AND ${until}
    AND NOT EXISTS (SELECT FROM webhook_events e WHERE e.provider = 'replicate'
      AND e.ordering_key = 'replicate:' || j.prediction_id
      AND e.type ~ ${`[.](${FINAL_PREDICTION_STATUSES.join('|')})$`})
    ORDER BY j.seen_at DESC`
  return parseRows(Prediction, rows).map(({ id }) => id)
}

const Late = z.object({
  subscriptionId: z.string(),
  account: z.string().nullable(),
  livemode: z.boolean().nullable(),
  status: z.string(),
  periodEnd: z.date(),
})

/**
 * Subscriptions that have not ended although their period ended at least an hour ago: an event should have followed.
 * Leaves out subscriptions with an unprocessed event.
 */
async function lateSubscriptions(pool: Pool): Promise<LateSubscription[]> {
  const rows = await prismaOf(pool).$queryRaw`
    SELECT s.stripe_subscription_id AS "subscriptionId", s.account, s.livemode, s.status,
      s.current_period_end AS "periodEnd"
    FROM subscriptions s
    WHERE s.status NOT IN (${Prisma.raw(sqlList(FINAL_SUBSCRIPTION_STATUSES))})
    AND s.current_period_end < now() - '1 hour'::interval
    AND NOT EXISTS (SELECT FROM connected_accounts c WHERE c.account = s.account AND c.deauthorized)
    AND NOT EXISTS (SELECT FROM webhook_events e
      WHERE e.subscription_id = s.stripe_subscription_id AND e.status = 'received')
    ORDER BY s.stripe_subscription_id`
  return parseRows(Late, rows)
}
