import type { Pool } from 'pg'

const BATCH = 1_000

/** So long there is time to mend what was wrong with them. */
const DEAD_LETTER_DAYS = 30

export interface RetentionRules {
  /** Finished events older than this are deleted, in days. */
  eventDays: number
  /** Their bodies are erased after this, in days. */
  bodyDays: number
}

/**
 * Deletes what is finished and old, in small batches: the oldest first, as their indexes have them, or Postgres reads
 * the whole inbox for a few. Returns how many events went.
 */
export async function applyRetention(pool: Pool, { eventDays, bodyDays }: RetentionRules): Promise<number> {
  await repeat(
    pool,
    `UPDATE webhook_events SET raw_body = NULL WHERE id IN (SELECT id FROM webhook_events
    WHERE processed_at < now() - $1 * interval '1 day' AND raw_body IS NOT NULL AND status IN ('processed', 'ignored')
    ORDER BY processed_at LIMIT ${BATCH})`,
    bodyDays,
  )
  await repeat(
    pool,
    `UPDATE webhook_events SET raw_body = NULL WHERE id IN (SELECT e.id FROM webhook_events e
    JOIN webhook_dead_letters d ON d.provider = e.provider AND d.event_id = e.event_id AND d.outbox_message_id IS NULL
    WHERE e.status = 'failed' AND e.raw_body IS NOT NULL
    AND d.redriven_at IS NULL AND d.failed_at < now() - $1 * interval '1 day' LIMIT ${BATCH})`,
    DEAD_LETTER_DAYS,
  )
  await repeat(
    pool,
    `UPDATE webhook_dead_letters SET raw_body = NULL WHERE id IN (SELECT id FROM webhook_dead_letters
    WHERE raw_body IS NOT NULL AND (redriven_at IS NOT NULL OR failed_at < now() - $1 * interval '1 day') LIMIT ${BATCH})`,
    DEAD_LETTER_DAYS,
  )
  await repeat(
    pool,
    `DELETE FROM outbox_messages WHERE id IN (SELECT id FROM outbox_messages
    WHERE status = 'done' AND done_at < now() - $1 * interval '1 day' LIMIT ${BATCH})`,
    eventDays,
  )
  return repeat(
    pool,
    `DELETE FROM webhook_events WHERE id IN (SELECT id FROM webhook_events
    WHERE processed_at < now() - $1 * interval '1 day' AND status IN ('processed', 'ignored')
    ORDER BY processed_at LIMIT ${BATCH})`,
    eventDays,
  )
}

async function repeat(pool: Pool, text: string, days: number): Promise<number> {
  for (let total = 0; ; ) {
    const { rowCount } = await pool.query(text, [days])
    total += rowCount ?? 0
    if ((rowCount ?? 0) < BATCH) return total
  }
}
