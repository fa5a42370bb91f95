import type { Pool } from 'pg'
import { inTransaction } from '../committer/transaction.ts'

export interface DeadLetterFilter {
  /** Event type, or kind of effect. */
  type?: string
  fingerprint?: string
  /** Failed since then. */
  since?: Date
  dryRun?: boolean
}

/**
 * Gives dead letters back to the sweeper, which gives them back to the queue; effects stay once, by their keys. Only
 * Postgres is written, so it works while the queue is away, and twice is the same as once.
 */
export function redrive(
  pool: Pool,
  { type, fingerprint, since, dryRun }: DeadLetterFilter,
): Promise<{ matched: number; redriven: number }> {
  return inTransaction(pool, async (client) => {
    const { rows } = await client.query<{ id: string; provider: string; event_id: string; outbox: string | null }>(
      `SELECT id, provider, event_id, outbox_message_id AS outbox FROM webhook_dead_letters
        WHERE redriven_at IS NULL AND ($1::text IS NULL OR type = $1) AND ($2::text IS NULL OR fingerprint = $2)
        AND ($3::timestamptz IS NULL OR failed_at >= $3) ORDER BY id FOR UPDATE SKIP LOCKED`,
      [type ?? null, fingerprint ?? null, since ?? null],
    )
    if (dryRun || rows.length === 0) return { matched: rows.length, redriven: 0 }
    const letters = rows.map(({ id }) => id)
    await client.query(
      `UPDATE webhook_events e SET status = 'received', attempts = 0, crashes = 0, error = NULL, sweep_after = now(),
        raw_body = coalesce(e.raw_body, d.raw_body)
        FROM webhook_dead_letters d WHERE d.id = ANY ($1) AND d.outbox_message_id IS NULL
        AND e.provider = d.provider AND e.event_id = d.event_id AND e.status = 'failed'`,
      [letters],
    )
    await client.query(
      `UPDATE outbox_messages o SET status = 'pending', attempts = 0, crashes = 0, error = NULL, sweep_after = now()
        FROM webhook_dead_letters d WHERE d.id = ANY ($1) AND o.id = d.outbox_message_id AND o.status = 'failed'`,
      [letters],
    )
    await client.query('UPDATE webhook_dead_letters SET redriven_at = now() WHERE id = ANY ($1)', [letters])
    return { matched: rows.length, redriven: rows.length }
  })
}

export interface ReplayFilter {
  /** Provider's ids of events. */
  ids?: string[]
  /** Received since then. */
  since?: Date
}

/** Processes recorded events again through the same path: merges and effect keys make that change nothing twice. */
export async function replay(pool: Pool, { ids, since }: ReplayFilter): Promise<{ replayed: number }> {
  const { rowCount } = await pool.query(
    `UPDATE webhook_events SET status = 'received', attempts = 0, crashes = 0, error = NULL, processed_at = NULL, sweep_after = now()
      WHERE status IN ('processed', 'ignored') AND raw_body IS NOT NULL
      AND (event_id = ANY ($1) OR received_at >= $2)`,
    [ids ?? [], since ?? null],
  )
  return { replayed: rowCount ?? 0 }
}
