import {
  FINAL_PREDICTION_STATUSES,
  FINAL_SUBSCRIPTION_STATUSES,
  type LateSubscription,
  type RecordedObjects,
  type StartedPrediction,
} from '@sluice/events'
import type { Pool } from 'pg'
import { z } from 'zod'
import { Prisma, prismaOf } from '../client.ts'
import { firstWebhook } from '../inbox/first-webhook.ts'
import { parseRows } from '../sql/rows.ts'
import { sqlList } from '../sql/text.ts'
import { connectedAccounts } from './connected-accounts.ts'

/**
 * @param provider asks for them
 * @param missedSubscriptions left out of `lateSubscriptions`, because a missed event explains why they are late.
 */
export function recordedObjects(
  pool: Pool,
  provider: string,
  missedSubscriptions: ReadonlySet<string | null> = new Set(),
): RecordedObjects {
  const firstWebhooks = new Map<string, Promise<Date | null>>()
  return {
    connectedAccounts: () => connectedAccounts(pool),
    firstWebhook: ({ account, livemode }) => {
      const key = `${account} ${livemode}`
      const first = firstWebhooks.get(key) ?? firstWebhook(pool, { provider, account, livemode })
      firstWebhooks.set(key, first)
      return first
    },
    lateSubscriptions: async () =>
      (await lateSubscriptions(pool)).filter(({ subscriptionId }) => !missedSubscriptions.has(subscriptionId)),
    predictionsWithoutEnd: (since, until) => predictionsWithoutEnd(pool, since, until),
    prediction: (id) => startedPrediction(pool, id),
  }
}

const Prediction = z.object({ id: z.string(), seenAt: z.date() })

async function startedPrediction(pool: Pool, id: string): Promise<StartedPrediction | undefined> {
  const job = await prismaOf(pool).generationJob.findUnique({ where: { predictionId: id }, select: { seenAt: true } })
  return job ? { id, seenAt: job.seenAt } : undefined
}

/** Predictions that the host started in this period and whose final event is not in the inbox. */
async function predictionsWithoutEnd(pool: Pool, since: Date, until: Date): Promise<StartedPrediction[]> {
  const rows = await prismaOf(pool).$queryRaw`
    SELECT j.prediction_id AS id, j.seen_at AS "seenAt" FROM generation_jobs j
    WHERE j.prediction_id IS NOT NULL AND j.status NOT IN (${Prisma.raw(sqlList(FINAL_PREDICTION_STATUSES))})
    AND j.seen_at BETWEEN ${since} AND ${until}
    AND NOT EXISTS (SELECT FROM webhook_events e WHERE e.provider = 'replicate'
      AND e.ordering_key = 'replicate:' || j.prediction_id
      AND e.type ~ ${`[.](${FINAL_PREDICTION_STATUSES.join('|')})$`})
    ORDER BY j.seen_at DESC`
  return parseRows(Prediction, rows)
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
