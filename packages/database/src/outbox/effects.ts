import type { Pool } from 'pg'
import { type Cause, fingerprintOf } from '../dead-letters/record-failure.ts'
import { inTransaction } from '../sql/transaction.ts'

export interface OutboxMessage {
  id: string
  effectKey: string
  kind: string
  /** As stored: the worker parses it per kind. */
  payload: unknown
  status: 'pending' | 'done' | 'failed'
  /** Runs of its own that were begun and never settled. */
  crashes: number
  /** The event that asked for it first. */
  webhookEventId: string | null
}

export async function loadEffect(pool: Pool, id: string): Promise<OutboxMessage | undefined> {
  const { rows } = await pool.query<OutboxMessage>(
    `SELECT id, effect_key AS "effectKey", kind, payload, status, crashes, webhook_event_id AS "webhookEventId"
      FROM outbox_messages WHERE id = $1`,
    [id],
  )
  return rows[0]
}

/** @param reason why there was nothing to do, where there was not. */
export async function finishEffect(pool: Pool, id: string, reason: string | null): Promise<void> {
  await inTransaction(pool, async (client) => {
    await client.query(
      `UPDATE outbox_messages SET status = 'done', done_at = now(), error = $2 WHERE id = $1 AND status <> 'done'`,
      [id, reason],
    )
    await client.query(
      'UPDATE webhook_dead_letters SET redriven_at = now() WHERE outbox_message_id = $1 AND redriven_at IS NULL',
      [id],
    )
  })
}

/**
 * Uses an attempt; after the last one the effect is a dead letter, in the same transaction.
 *
 * @param attemptsMax after how many failures it is one; 0 = at once.
 */
export function recordEffectFailure(
  pool: Pool,
  id: string,
  cause: Cause,
  attemptsMax: number,
): Promise<{ isDead: boolean; attempts: number }> {
  return inTransaction(pool, async (client) => {
    const { rows } = await client.query(
      `UPDATE outbox_messages SET crashes = 0, error = $2,
        attempts = CASE status WHEN 'failed' THEN 1 ELSE attempts + 1 END,
        status = CASE WHEN CASE status WHEN 'failed' THEN 1 ELSE attempts + 1 END >= $3 THEN 'failed' ELSE 'pending' END
        WHERE id = $1 AND status <> 'done' RETURNING kind, attempts, status, webhook_event_id AS "eventRow"`,
      [id, `${cause.code}: ${cause.message}`, attemptsMax],
    )
    const [row] = rows
    if (row?.status !== 'failed') return { isDead: false, attempts: row?.attempts ?? 0 }
    await client.query(
      `INSERT INTO webhook_dead_letters (outbox_message_id, provider, event_id, type, error, fingerprint, attempts)
        SELECT $1, coalesce(e.provider, ''), coalesce(e.event_id, ''), $3, $4, $5, $6
        FROM (SELECT 1) one LEFT JOIN webhook_events e ON e.id = $2
        ON CONFLICT (outbox_message_id) WHERE redriven_at IS NULL
        DO UPDATE SET error = excluded.error, fingerprint = excluded.fingerprint, attempts = excluded.attempts, failed_at = now()`,
      [id, row.eventRow, row.kind, `${cause.code}: ${cause.message}`, fingerprintOf(row.kind, cause), row.attempts],
    )
    return { isDead: true, attempts: row.attempts }
  })
}
