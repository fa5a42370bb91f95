import type { Pool } from 'pg'
import { Prisma, type PrismaClient, prismaOf } from '../client.ts'
import { databaseNow } from '../sql/clock.ts'
import { sqlList } from '../sql/text.ts'
import { IS_WEBHOOK, SOURCE } from './first-webhook.ts'

const BATCH = 1_000
const DAY_MS = 86_400_000

/** How long the bodies of open dead letters are kept, so that the cause can be fixed and the event redriven. */
const DEAD_LETTER_DAYS = 30

/** How long repeats and refusals are kept: somebody asks about them within days. */
const DELIVERY_DAYS = 14

/** How long failed attempts are kept: as long as dead letters keep their bodies. */
const ATTEMPT_DAYS = 30

/** How long minutes stay counted: a year and a month, to compare with the year before. */
const COUNT_DAYS = 400

/** How long earlier values of rows are kept: longer than the longest period that is paid for. */
const CHANGE_DAYS = 400

/** How long it stays recorded that providers were asked for missed events. */
const RUN_DAYS = 90

const FINISHED = { in: ['processed', 'ignored'] }

export interface RetentionRules {
  /** Finished events older than this are deleted, in days. */
  eventDays: number
  /** Their bodies are erased after this, in days. */
  bodyDays: number
}

/**
 * Erases old bodies and deletes old finished effects and events, and old changes of rows, in small batches. Returns the number of deleted
 * events.
 */
export async function applyRetention(pool: Pool, { eventDays, bodyDays }: RetentionRules): Promise<number> {
  const prisma = prismaOf(pool)
  const now = await databaseNow(pool)
  const daysAgo = (days: number) => new Date(now.getTime() - days * DAY_MS)
  await inBatches(() => eraseBodies(prisma, daysAgo(bodyDays)))
  await inBatches(() => eraseBodiesOfDeadEvents(prisma, daysAgo(DEAD_LETTER_DAYS)))
  await inBatches(() => eraseBodiesOfDeadLetters(prisma, daysAgo(DEAD_LETTER_DAYS)))
  await prisma.ingestKey.deleteMany({ where: { expiresAt: { lt: now } } })
  await inBatches(() => deleteEffects(prisma, daysAgo(eventDays)))
  await inBatches(() => deleteDeliveries(prisma, daysAgo(DELIVERY_DAYS)))
  await inBatches(() => deleteAttempts(prisma, daysAgo(ATTEMPT_DAYS)))
  for (const counted of [prisma.eventCount, prisma.deliveryCount, prisma.effectCount])
    await inBatches(() => deleteCounts(counted, daysAgo(COUNT_DAYS)))
  await inBatches(() => deleteChanges(prisma, daysAgo(CHANGE_DAYS)))
  await prisma.reconcileRun.deleteMany({ where: { startedAt: { lt: daysAgo(RUN_DAYS) } } }) // a few each day
  return inBatches(() => deleteEvents(prisma, daysAgo(eventDays)))
}

async function inBatches(work: () => Promise<number>): Promise<number> {
  for (let total = 0; ; ) {
    const count = await work()
    total += count
    if (count < BATCH) return total
  }
}

/** This and the following functions return the number of selected rows. Fewer than `BATCH` means that none is left. */
async function eraseBodies({ webhookEvent: events }: PrismaClient, before: Date): Promise<number> {
  const where = { processedAt: { lt: before }, status: FINISHED, rawBody: { not: null } }
  const id = { in: await oldest(events, where) }
  await events.updateMany({ where: { ...where, id }, data: { rawBody: null } })
  return id.in.length
}

/**
 * The changes of generations go with their events: they are many, and nobody asks for them later.
 *
 * Keeps the time of each source's first webhook, and the rows of the events: what a deleted event said cannot be
 * withdrawn any more, so a replay merges into its rows. An event that is replayed meanwhile is kept. Events that an older
 * version processed name their rows only by their own columns.
 */
async function deleteEvents(prisma: PrismaClient, before: Date): Promise<number> {
  const ids = await oldest(prisma.webhookEvent, { processedAt: { lt: before }, status: FINISHED })
  await prisma.$executeRaw`
    WITH deleted AS (
      DELETE FROM webhook_events WHERE id = ANY (${ids}::bigint[]) AND processed_at < ${before}
        AND status IN (${Prisma.raw(sqlList(FINISHED.in))})
      RETURNING ${SOURCE} AS webhook_source, received_at, ${IS_WEBHOOK} AS is_webhook, id, status, touched, customer_id,
        subscription_id
    ), rows_of_deleted AS (
      SELECT unnest(touched) AS row_key FROM deleted
      UNION SELECT 'customers/' || customer_id FROM deleted WHERE touched IS NULL AND status = 'processed'
      UNION SELECT 'subscriptions/' || subscription_id FROM deleted WHERE touched IS NULL AND status = 'processed'
      UNION SELECT 'payments/' || payment_id FROM payments JOIN deleted ON webhook_event_id = deleted.id
        WHERE touched IS NULL
    ), changes AS (
      DELETE FROM row_changes c USING deleted WHERE c.webhook_event_id = deleted.id AND c.table_name = 'generation_jobs'
    ), frozen AS (
      INSERT INTO frozen_rows (row_key) SELECT row_key FROM rows_of_deleted WHERE row_key IS NOT NULL ORDER BY row_key
      ON CONFLICT (row_key) DO NOTHING
    )
    INSERT INTO webhook_sources AS s (webhook_source, first_webhook_at)
    SELECT webhook_source, min(received_at) FROM deleted WHERE is_webhook GROUP BY webhook_source ORDER BY webhook_source
    ON CONFLICT (webhook_source) DO UPDATE SET first_webhook_at = excluded.first_webhook_at
      WHERE excluded.first_webhook_at < s.first_webhook_at`
  return ids.length
}

/** Ids follow time. */
async function deleteChanges({ rowChange: changes }: PrismaClient, before: Date): Promise<number> {
  const oldest = await changes.findMany({ orderBy: { id: 'asc' }, take: BATCH, select: { id: true } })
  const id = { in: oldest.map((row) => row.id) }
  return (await changes.deleteMany({ where: { id, at: { lt: before } } })).count
}

/** Ordered like the index. In any other order, Postgres would scan the whole inbox for a few rows. */
async function oldest(events: PrismaClient['webhookEvent'], where: Prisma.WebhookEventWhereInput): Promise<bigint[]> {
  const rows = await events.findMany({ where, orderBy: { processedAt: 'asc' }, take: BATCH, select: { id: true } })
  return rows.map(({ id }) => id)
}

const eraseBodiesOfDeadEvents = (prisma: PrismaClient, before: Date): Promise<number> =>
  prisma.$executeRaw`
    UPDATE webhook_events SET raw_body = NULL WHERE id IN (
      SELECT e.id FROM webhook_events e
      JOIN webhook_dead_letters d ON d.provider = e.provider AND d.event_id = e.event_id AND d.outbox_message_id IS NULL
      WHERE e.status = 'failed' AND e.raw_body IS NOT NULL AND d.redriven_at IS NULL AND d.failed_at < ${before}
      LIMIT ${BATCH})`

async function eraseBodiesOfDeadLetters({ webhookDeadLetter }: PrismaClient, before: Date): Promise<number> {
  const isOver = [{ redrivenAt: { not: null } }, { failedAt: { lt: before } }]
  const where = { rawBody: { not: null }, OR: isOver }
  return (await webhookDeadLetter.updateMany({ where, data: { rawBody: null }, limit: BATCH })).count
}

async function deleteEffects({ outboxMessage }: PrismaClient, before: Date): Promise<number> {
  const where = { status: { in: ['done', 'skipped'] }, doneAt: { lt: before } }
  return (await outboxMessage.deleteMany({ where, limit: BATCH })).count
}

const deleteDeliveries = async ({ webhookDelivery }: PrismaClient, before: Date): Promise<number> =>
  (await webhookDelivery.deleteMany({ where: { receivedAt: { lt: before } }, limit: BATCH })).count

const deleteAttempts = async ({ webhookAttempt }: PrismaClient, before: Date): Promise<number> =>
  (await webhookAttempt.deleteMany({ where: { endedAt: { lt: before } }, limit: BATCH })).count

interface Counted {
  deleteMany(rows: { where: { minute: { lt: Date } }; limit: number }): PromiseLike<{ count: number }>
}

const deleteCounts = async (counted: Counted, before: Date): Promise<number> =>
  (await counted.deleteMany({ where: { minute: { lt: before } }, limit: BATCH })).count
