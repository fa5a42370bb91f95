import type { Pool } from 'pg'
import { type Prisma, prismaOf } from '../client.ts'
import { ALREADY_DUE } from '../inbox/due.ts'
import { databaseNow } from '../sql/clock.ts'

export interface ReplayFilter {
  /** Provider's ids of events. */
  ids?: string[]
  /** Received at this time or later. */
  since?: Date
  /** Received at this time or earlier; default: now. */
  until?: Date
}

/** Finished events whose body has not been erased. */
const matching = ({ ids = [], since, until }: ReplayFilter, now: Date): Prisma.WebhookEventWhereInput => ({
  status: { in: ['processed', 'ignored'] },
  rawBody: { not: null },
  OR: [{ eventId: { in: ids } }, ...(since ? [{ receivedAt: { gte: since, lte: until ?? now } }] : [])],
})

/**
 * Reopens recorded events, so that the sweeper enqueues them again. Merges and effect keys make a replay idempotent.
 */
export async function replay(pool: Pool, filter: ReplayFilter): Promise<{ replayed: number }> {
  const { count } = await prismaOf(pool).webhookEvent.updateMany({
    where: matching(filter, await databaseNow(pool)),
    data: { status: 'received', attempts: 0, crashes: 0, error: null, processedAt: null, sweepAfter: ALREADY_DUE },
  })
  return { replayed: count }
}

/** Thin events only refer to another event, so their replay changes nothing. */
const THIN = /^v[0-9]+[.]/

/** Ids of the rows that a replay processes again, without thin events. */
export async function findReplayable(pool: Pool, filter: ReplayFilter): Promise<string[]> {
  const rows = await prismaOf(pool).webhookEvent.findMany({
    where: matching(filter, await databaseNow(pool)),
    orderBy: { id: 'asc' },
    select: { id: true, type: true },
  })
  return rows.filter(({ type }) => !THIN.test(type)).map(({ id }) => id.toString())
}
