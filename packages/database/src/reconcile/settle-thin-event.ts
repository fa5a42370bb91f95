import type { VerifiedEvent } from '@sluice/events'
import type { Pool, PoolClient } from 'pg'
import { z } from 'zod'
import { finish } from '../commit/finish.ts'
import { appendEvent } from '../inbox/append-event.ts'
import { queryRows } from '../sql/rows.ts'
import { inTransaction } from '../sql/transaction.ts'

/**
 * Appends the snapshot event that a thin event stands for, and marks the thin event as processed: both or neither.
 * Repeating it changes nothing.
 *
 * @returns the id of the snapshot event's row, whether new or existing
 */
export function processThinEvent(pool: Pool, thinRowId: string, snapshot: VerifiedEvent): Promise<string> {
  return inTransaction(pool, async (client) => {
    const row = await lockUnsettled(client, thinRowId)
    const id = await appendEvent(client, snapshot, row?.silent)
    if (row) await finish(client, [{ ...row, status: 'processed', error: null, touched: [] }], false)
    return id
  })
}

/** Marks a thin event as ignored, for a reason. */
export function ignoreThinEvent(pool: Pool, thinRowId: string, reason: string): Promise<void> {
  return inTransaction(pool, async (client) => {
    const row = await lockUnsettled(client, thinRowId)
    if (row) await finish(client, [{ ...row, status: 'ignored', error: reason, touched: [] }], false)
  })
}

const Unsettled = z.object({ id: z.string(), wasFailed: z.boolean(), silent: z.boolean() })

/** Undefined when it has been settled before. */
async function lockUnsettled(client: PoolClient, id: string): Promise<z.infer<typeof Unsettled> | undefined> {
  const text = `SELECT id, status = 'failed' AS "wasFailed", silent FROM webhook_events
    WHERE id = $1 AND status IN ('received', 'failed') FOR UPDATE`
  return (await queryRows(client, Unsettled, text, [id]))[0]
}
