import type { Pool } from 'pg'
import { NO_JOB } from '../commit/commit-events.ts'
import { inTransaction } from '../sql/transaction.ts'

const BATCH = 1_000

export interface DueEvent {
  id: string
  provider: string
  eventId: string
  type: string
}

/**
 * Hands `revive` the events that should have been processed by now, a thousand at a time, and looks at them again
 * later: after as long as they have waited, between 30 s and 10 min. When `revive` throws they stay due.
 */
export function sweepEvents(
  pool: Pool,
  revive: (due: DueEvent[]) => Promise<number>,
): Promise<{ due: number; revived: number }> {
  return inTransaction(pool, async (client) => {
    const { rows } = await client.query<DueEvent>(
      `UPDATE webhook_events e SET sweep_after = now() + greatest('30 s'::interval, least('10 min'::interval, now() - e.received_at))
        FROM (SELECT id FROM webhook_events WHERE status = 'received' AND sweep_after <= now()
          ORDER BY sweep_after LIMIT ${BATCH} FOR UPDATE SKIP LOCKED) AS due
        WHERE e.id = due.id RETURNING e.id, e.provider, e.event_id AS "eventId", e.type`,
    )
    return { due: rows.length, revived: rows.length > 0 ? await revive(rows) : 0 }
  })
}

/** The same for effects that are still to be done. */
export function sweepEffects(
  pool: Pool,
  revive: (ids: string[]) => Promise<number>,
): Promise<{ due: number; revived: number }> {
  return inTransaction(pool, async (client) => {
    const { rows } = await client.query<{ id: string }>(
      `UPDATE outbox_messages o SET sweep_after = now() + '30 s'::interval
        FROM (SELECT id FROM outbox_messages WHERE status = 'pending' AND sweep_after <= now() AND available_at <= now()
          ORDER BY sweep_after LIMIT ${BATCH} FOR UPDATE SKIP LOCKED) AS due
        WHERE o.id = due.id RETURNING o.id`,
    )
    return { due: rows.length, revived: rows.length > 0 ? await revive(rows.map(({ id }) => id)) : 0 }
  })
}

/**
 * The queue lost its jobs: everything that waits is due now, but no effect before its time. In pages, so that no
 * statement holds many rows.
 */
export async function sweepAllAgain(pool: Pool): Promise<void> {
  for (let last = '0'; ; ) {
    const { rows } = await pool.query<{ id: string }>(
      `UPDATE webhook_events e SET sweep_after = now() FROM (SELECT id FROM webhook_events
        WHERE status = 'received' AND id > $1 ORDER BY id LIMIT 5000) AS page WHERE e.id = page.id RETURNING e.id`,
      [last],
    )
    if (rows.length === 0) break
    last = rows.reduce((max, { id }) => (BigInt(id) > BigInt(max) ? id : max), last)
  }
  await pool.query(`UPDATE outbox_messages SET sweep_after = now() WHERE status = 'pending' AND available_at <= now()`)
}

/**
 * Opens events again that were ignored because the host had no job for them, and has one now. Looks at a page of them,
 * since others' predictions may come by the thousand and never have one.
 *
 * @param after what the page before it returned; empty at first.
 * @returns where the next page begins: empty when this was the last.
 */
export async function reopenWithJob(pool: Pool, after: string): Promise<string> {
  const { rows } = await pool.query<{ looked: number; last: string }>(
    `WITH page AS MATERIALIZED (
        SELECT id, ordering_key FROM webhook_events
        WHERE status = 'ignored' AND error = '${NO_JOB}' AND ordering_key > $1
        ORDER BY ordering_key FETCH FIRST ${BATCH} ROWS WITH TIES
      ), reopened AS (
        UPDATE webhook_events e SET status = 'received', error = NULL, processed_at = NULL, sweep_after = now()
        FROM page p JOIN generation_jobs g ON g.prediction_id = substring(p.ordering_key FROM 11)
        WHERE e.id = p.id AND e.status = 'ignored' AND e.raw_body IS NOT NULL
      )
      SELECT count(*)::int AS looked, max(ordering_key) AS last FROM page`,
    [after],
  )
  const [page] = rows
  return page && page.looked >= BATCH ? page.last : ''
}
