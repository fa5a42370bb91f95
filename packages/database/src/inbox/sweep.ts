import type { Pool } from 'pg'
import { z } from 'zod'
import { prismaOf } from '../client.ts'
import { queryRows } from '../sql/rows.ts'
import { inTransaction } from '../sql/transaction.ts'
import { ALREADY_DUE, REVISION_DUE } from './due.ts'

const BATCH = 1_000
const PAGE = 5_000

/**
 * Jobs of a replay that may wait or run at once: those of a worker's other events find a place beside them. One job
 * revises up to 256 events, so these few are enough.
 */
export const REVISION_JOBS_MAX = 64

const DueEvent = z.object({
  id: z.string(),
  provider: z.string(),
  eventId: z.string(),
  type: z.string(),
  isLate: z.boolean(),
  isRevision: z.boolean(),
})

export type DueEvent = z.infer<typeof DueEvent>

type Revive = (due: DueEvent[]) => Promise<number>

export interface Swept {
  due: number
  revived: number
}

/**
 * Passes up to a thousand overdue events to `revive`, and makes them due again after the time that they have waited so
 * far, at least 30 s and at most 10 min. If `revive` throws, they stay due. Leaves out events that a replay has opened.
 */
export const sweepEvents = (pool: Pool, revive: Revive): Promise<Swept> =>
  sweep(pool, revive, `sweep_after > '${REVISION_DUE.toISOString()}' AND revision IS NULL`, String(BATCH))

/** The same for events that a replay has opened, up to `REVISION_JOBS_MAX` of which have a job. One that failed counts no more. */
export const sweepRevisions = (pool: Pool, revive: Revive): Promise<Swept> =>
  sweep(pool, revive, 'revision IS NOT NULL', `greatest(0, ${REVISION_JOBS_MAX} - (${REVISION_JOBS}))`)

const REVISION_JOBS = `SELECT count(*) FROM webhook_events
  WHERE status = 'received' AND revision IS NOT NULL AND attempts = 0 AND sweep_after > now()`

function sweep(pool: Pool, revive: Revive, which: string, limit: string): Promise<Swept> {
  return inTransaction(pool, async (client) => {
    const rows = await queryRows(
      client,
      DueEvent,
      `UPDATE webhook_events e SET sweep_after = now() + greatest('30 s'::interval, least('10 min'::interval, now() - e.received_at))
        FROM (SELECT id FROM webhook_events WHERE status = 'received' AND sweep_after <= now() AND ${which}
          ORDER BY sweep_after LIMIT ${limit} FOR UPDATE SKIP LOCKED) AS due
        WHERE e.id = due.id RETURNING e.id, e.provider, e.event_id AS "eventId", e.type,
          now() - e.received_at > '30 s'::interval AS "isLate", e.revision IS NOT NULL AS "isRevision"`,
    )
    return { due: rows.length, revived: rows.length > 0 ? await revive(rows) : 0 }
  })
}

/**
 * Makes every waiting event due, for a queue that has lost its jobs. Works in pages, so that no statement locks many
 * rows. An event of a replay that has no job yet is due already.
 */
export async function makeAllEventsDue(pool: Pool): Promise<void> {
  const { webhookEvent: events } = prismaOf(pool)
  const page = { orderBy: { id: 'asc' }, skip: PAGE - 1, take: 1, select: { id: true } } as const
  for (let after: bigint | undefined = 0n; after !== undefined; ) {
    const last: { id: bigint } | undefined = (
      await events.findMany({ ...page, where: { status: 'received', id: { gt: after } } })
    )[0]
    const id = { gt: after, ...(last && { lte: last.id }) }
    const sweepAfter = { gt: REVISION_DUE }
    await events.updateMany({ where: { status: 'received', id, sweepAfter }, data: { sweepAfter: ALREADY_DUE } })
    after = last?.id
  }
}
