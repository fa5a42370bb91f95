import type { Pool } from 'pg'
import { z } from 'zod'
import { prismaOf } from '../client.ts'
import { queryRows } from '../sql/rows.ts'
import { inTransaction } from '../sql/transaction.ts'
import { ALREADY_DUE } from './due.ts'

const BATCH = 1_000
const PAGE = 5_000

const DueEvent = z.object({
  id: z.string(),
  provider: z.string(),
  eventId: z.string(),
  type: z.string(),
  isLate: z.boolean(),
})

export type DueEvent = z.infer<typeof DueEvent>

/**
 * Passes up to a thousand overdue events to `revive`, and makes them due again after the time that they have waited so
 * far, at least 30 s and at most 10 min. If `revive` throws, they stay due.
 */
export function sweepEvents(
  pool: Pool,
  revive: (due: DueEvent[]) => Promise<number>,
): Promise<{ due: number; revived: number }> {
  return inTransaction(pool, async (client) => {
    const rows = await queryRows(
      client,
      DueEvent,
      `UPDATE webhook_events e SET sweep_after = now() + greatest('30 s'::interval, least('10 min'::interval, now() - e.received_at))
        FROM (SELECT id FROM webhook_events WHERE status = 'received' AND sweep_after <= now()
          ORDER BY sweep_after LIMIT ${BATCH} FOR UPDATE SKIP LOCKED) AS due
        WHERE e.id = due.id RETURNING e.id, e.provider, e.event_id AS "eventId", e.type,
          now() - e.received_at > '30 s'::interval AS "isLate"`,
    )
    return { due: rows.length, revived: rows.length > 0 ? await revive(rows) : 0 }
  })
}

/**
 * Makes every waiting event due, for a queue that has lost its jobs. Works in pages, so that no statement locks many
 * rows.
 */
export async function makeAllEventsDue(pool: Pool): Promise<void> {
  const { webhookEvent: events } = prismaOf(pool)
  const page = { orderBy: { id: 'asc' }, skip: PAGE - 1, take: 1, select: { id: true } } as const
  for (let after: bigint | undefined = 0n; after !== undefined; ) {
    const last: { id: bigint } | undefined = (
      await events.findMany({ ...page, where: { status: 'received', id: { gt: after } } })
    )[0]
    const id = { gt: after, ...(last && { lte: last.id }) }
    await events.updateMany({ where: { status: 'received', id }, data: { sweepAfter: ALREADY_DUE } })
    after = last?.id
  }
}
