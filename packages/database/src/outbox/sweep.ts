import type { Pool } from 'pg'
import { z } from 'zod'
import { prismaOf } from '../client.ts'
import { ALREADY_DUE } from '../inbox/due.ts'
import { databaseNow } from '../sql/clock.ts'
import { queryRows } from '../sql/rows.ts'
import { inTransaction } from '../sql/transaction.ts'

const BATCH = 1_000

const OverdueEffect = z.object({ id: z.string(), isLate: z.boolean() })

export type OverdueEffect = z.infer<typeof OverdueEffect>

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
      OverdueEffect,
      `UPDATE outbox_messages o SET sweep_after = now() + '30 s'::interval
        FROM (SELECT id FROM outbox_messages WHERE status = 'pending' AND sweep_after <= now() AND available_at <= now()
          ORDER BY sweep_after LIMIT ${BATCH} FOR UPDATE SKIP LOCKED) AS due
        WHERE o.id = due.id RETURNING o.id, now() - o.available_at > '30 s'::interval AS "isLate"`,
    )
    return { due: rows.length, revived: rows.length > 0 ? await revive(rows) : 0 }
  })
}

/** Makes every pending effect due, for a queue that has lost its jobs, except effects scheduled for later. */
export async function makeAllEffectsDue(pool: Pool): Promise<void> {
  await prismaOf(pool).outboxMessage.updateMany({
    where: { status: 'pending', availableAt: { lte: await databaseNow(pool) } },
    data: { sweepAfter: ALREADY_DUE },
  })
}
