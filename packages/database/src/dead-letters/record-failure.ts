import { createHash } from 'node:crypto'
import type { Pool, PoolClient } from 'pg'
import { inTransaction } from '../sql/transaction.ts'

export interface Cause {
  /** `invalid_object`, `crashed`, `database_22003`, … */
  code: string
  message: string
}

export interface FailedEvent {
  id: string
  provider: string
  eventId: string
  type: string
  attempts: number
  /** No more attempts: it is a dead letter now. */
  isDead: boolean
}

/** The same cause has the same fingerprint, whatever ids and numbers its message names. */
export const fingerprintOf = (type: string, { code, message }: Cause): string =>
  createHash('sha256')
    .update(`${type}\n${code}\n${message.replaceAll(/[0-9a-zA-Z_]*\d[0-9a-zA-Z_]*/g, '#')}`)
    .digest('hex')
    .slice(0, 16)

/**
 * Uses an attempt of an event; after the last one it becomes a dead letter, in the same transaction.
 *
 * @param attemptsMax after how many failures it is one; 0 = at once.
 * @returns undefined when the event has been settled meanwhile.
 */
export function recordFailure(
  pool: Pool,
  id: string,
  cause: Cause,
  attemptsMax: number,
): Promise<FailedEvent | undefined> {
  return inTransaction(pool, async (client) => {
    const { rows } = await client.query(
      `UPDATE webhook_events SET crashes = 0, error = $2,
        attempts = CASE status WHEN 'failed' THEN 1 ELSE attempts + 1 END,
        status = CASE WHEN CASE status WHEN 'failed' THEN 1 ELSE attempts + 1 END >= $3 THEN 'failed' ELSE 'received' END
        WHERE id = $1 AND status IN ('received', 'failed')
        RETURNING provider, event_id AS "eventId", type, attempts, status, raw_body AS "rawBody"`,
      [id, `${cause.code}: ${cause.message}`, attemptsMax],
    )
    const [row] = rows
    if (!row) return undefined
    const isDead = row.status === 'failed'
    if (isDead) await writeDeadLetter(client, row, cause)
    else if (row.attempts === 1) await closeDeadLetter(client, row)
    return { id, provider: row.provider, eventId: row.eventId, type: row.type, attempts: row.attempts, isDead }
  })
}

async function writeDeadLetter(
  client: PoolClient,
  event: { provider: string; eventId: string; type: string; attempts: number; rawBody: Buffer | null },
  cause: Cause,
): Promise<void> {
  await client.query(
    `INSERT INTO webhook_dead_letters (provider, event_id, type, raw_body, error, fingerprint, attempts)
      VALUES ($1, $2, $3, $4, $5, $6, $7)
      ON CONFLICT (provider, event_id) WHERE redriven_at IS NULL AND outbox_message_id IS NULL
      DO UPDATE SET error = excluded.error, fingerprint = excluded.fingerprint, attempts = excluded.attempts, failed_at = now()`,
    [
      event.provider,
      event.eventId,
      event.type,
      event.rawBody,
      `${cause.code}: ${cause.message}`,
      fingerprintOf(event.type, cause),
      event.attempts,
    ],
  )
}

/** One that was retried from the board has all its attempts again: it is a dead letter no more, or soon another. */
async function closeDeadLetter(client: PoolClient, event: { provider: string; eventId: string }): Promise<void> {
  await client.query(
    `UPDATE webhook_dead_letters SET redriven_at = now()
      WHERE provider = $1 AND event_id = $2 AND redriven_at IS NULL AND outbox_message_id IS NULL`,
    [event.provider, event.eventId],
  )
}
