import { describeSkip, type Skip } from '@sluice/events'
import type { Pool } from 'pg'
import { z } from 'zod'
import { prismaOf } from '../client.ts'

const status = z.enum(['pending', 'done', 'skipped', 'failed'])

export interface OutboxMessage {
  id: string
  effectKey: string
  kind: string
  /** As stored: the worker parses it per kind. */
  payload: unknown
  status: z.infer<typeof status>
  /** Number of isolated runs without a recorded end. */
  crashes: number
  /** The first event that caused it. */
  webhookEventId: string | null
}

const COLUMNS = {
  id: true,
  effectKey: true,
  kind: true,
  payload: true,
  status: true,
  crashes: true,
  webhookEventId: true,
}

/**
 * Prisma combines concurrent loads into one query. Compared with the same SELECT over pg, this takes 1.1 to 1.4 times
 * the CPU time for 32 concurrent effects, and 0.35 ms more for a single one, which is little beside the effect itself.
 */
export async function loadEffect(pool: Pool, id: string): Promise<OutboxMessage | undefined> {
  const row = await prismaOf(pool).outboxMessage.findUnique({ where: { id }, select: COLUMNS })
  if (!row) return undefined
  return { ...row, status: status.parse(row.status), webhookEventId: row.webhookEventId?.toString() ?? null }
}

/**
 * Marks an effect as done or skipped, and closes the dead letter of one that was retried from the board.
 *
 * Uses one SQL statement, because every effect ends here: two Prisma calls in a transaction take about 4 times the CPU
 * time (0.46 ms against 0.12 ms) and twice as long.
 *
 * @param skipped why the effect was not carried out; null if it was
 */
export async function finishEffect(pool: Pool, id: string, skipped: Skip | null): Promise<void> {
  const status = skipped ? 'skipped' : 'done'
  const reason = skipped && describeSkip(skipped)
  await prismaOf(pool).$executeRaw`
    WITH ended AS (
      UPDATE outbox_messages SET status = ${status}, done_at = now(), error = ${reason}
      WHERE id = ${id}::uuid AND status NOT IN ('done', 'skipped')
    )
    UPDATE webhook_dead_letters SET redriven_at = now() WHERE outbox_message_id = ${id}::uuid AND redriven_at IS NULL`
}
