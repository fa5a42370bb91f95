import type { Pool } from 'pg'
import { z } from 'zod'
import { prismaOf } from '../client.ts'
import { ALREADY_DUE } from '../inbox/due.ts'
import { databaseNow } from '../sql/clock.ts'
import { queryRows } from '../sql/rows.ts'
import { inTransaction } from '../sql/transaction.ts'
import { HOST_KIND } from './write-outbox.ts'

const BATCH = 1_000

const Overdue = z.object({ id: z.string(), isLate: z.boolean(), isOfHost: z.boolean() })

export type OverdueEffect = Omit<z.infer<typeof Overdue>, 'isOfHost'>

/**
 * Passes up to a thousand overdue effects to `revive`, and makes them due again 30 s later. If `revive`
 * throws, they stay due.
 */
export function sweepEffects(
  pool: Pool,
  revive: (due: OverdueEffect[]) => Promise<number>,
): Promise<{ due: number; revived: number }> {
  return inTransaction(pool, async (client) => {
    const rows = await queryRows(
      client,
      Overdue,
      `UPDATE outbox_messages o
          SET sweep_after = now() + CASE kind WHEN '${HOST_KIND}' THEN '100 years'::interval ELSE '30 s'::interval END
        FROM (SELECT id FROM outbox_messages WHERE status = 'pending' AND sweep_after <= now() AND available_at <= now()
          ORDER BY sweep_after LIMIT ${BATCH} FOR UPDATE SKIP LOCKED) AS due
        WHERE o.id = due.id RETURNING o.id,
          o.kind = '${HOST_KIND}' AS "isOfHost", now() - o.available_at > '30 s'::interval AS "isLate"`,
    )
    const jobs = rows.flatMap(({ isOfHost, ...row }) => (isOfHost ? [] : [row]))
    return { due: rows.length, revived: jobs.length > 0 ? await revive(jobs) : 0 }
  })
}

/** Makes every pending effect due that has a job, for a queue that has lost its jobs, except effects scheduled for later. */
export async function makeAllEffectsDue(pool: Pool): Promise<void> {
  await prismaOf(pool).outboxMessage.updateMany({
    where: { status: 'pending', kind: { not: HOST_KIND }, availableAt: { lte: await databaseNow(pool) } },
    data: { sweepAfter: ALREADY_DUE },
  })
}
