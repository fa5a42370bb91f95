import type { Pool } from 'pg'
import { z } from 'zod'
import { prismaOf, type TransactionClient } from '../client.ts'
import { type Cause, describeCause, fingerprintOf } from '../dead-letters/cause.ts'
import { regressGroup } from '../dead-letters/groups.ts'
import { NOTICE_KIND, writeDeadLetterNotice } from '../dead-letters/notice.ts'
import { type AttemptRun, writeAttempt } from '../dead-letters/write-attempt.ts'
import { parseRows } from '../sql/rows.ts'

const Failed = z.object({ kind: z.string(), attempts: z.number(), status: z.string() })

/**
 * Records a failed attempt. After the last one the effect becomes a dead letter, and the staff will be notified, in the
 * same transaction.
 *
 * @param attemptsMax number of failed attempts that makes it a dead letter; 0: at once
 */
export function recordEffectFailure(
  pool: Pool,
  id: string,
  cause: Cause,
  attemptsMax: number,
  run: AttemptRun = {},
): Promise<{ isDead: boolean; attempts: number }> {
  return prismaOf(pool).$transaction(async (tx) => {
    const [effect] = await useAttempt(tx, id, cause, attemptsMax)
    if (!effect) return { isDead: false, attempts: 0 }
    const { kind, attempts, status } = effect
    const isDead = status === 'failed'
    await writeAttempt(tx, { ...run, effect: id, type: kind, number: attempts, isLast: isDead, cause })
    if (isDead) await openDeadLetter(tx, id, cause, kind)
    return { isDead, attempts }
  })
}

/** An effect that was retried from the board starts again with all its attempts. */
const useAttempt = async (tx: TransactionClient, id: string, cause: Cause, attemptsMax: number) =>
  parseRows(
    Failed,
    await tx.$queryRaw`
      UPDATE outbox_messages o SET crashes = 0, error = ${describeCause(cause)}, attempts = used.attempts,
        waiting_since = NULL,
        status = CASE WHEN used.attempts >= ${attemptsMax} THEN 'failed' ELSE 'pending' END
      FROM (SELECT id, CASE status WHEN 'failed' THEN 1 ELSE attempts + 1 END AS attempts
        FROM outbox_messages WHERE id = ${id}::uuid FOR UPDATE) AS used
      WHERE o.id = used.id AND o.status NOT IN ('done', 'skipped') RETURNING o.kind, o.attempts, o.status`,
  )

async function openDeadLetter(tx: TransactionClient, id: string, cause: Cause, kind: string): Promise<void> {
  const fingerprint = fingerprintOf(kind, cause)
  await writeDeadLetter(tx, id, cause, fingerprint)
  await failNotification(tx, id)
  if (kind !== NOTICE_KIND) await writeDeadLetterNotice(tx, fingerprint)
}

/** A message that was begun was not sent. */
const failNotification = (tx: TransactionClient, id: string) =>
  tx.$executeRaw`
    UPDATE notifications n SET status = 'failed' FROM outbox_messages o
    WHERE o.id = ${id}::uuid AND n.effect_key = o.effect_key AND n.status = 'pending'`

const writeDeadLetter = (tx: TransactionClient, id: string, cause: Cause, fingerprint: string) =>
  tx.$executeRaw`
    WITH grouped AS (${regressGroup(fingerprint)})
    INSERT INTO webhook_dead_letters
      (outbox_message_id, provider, event_id, type, error, fingerprint, attempts, customer_id, amount, currency)
    SELECT o.id, coalesce(e.provider, ''), coalesce(e.event_id, ''), o.kind, ${describeCause(cause)}, ${fingerprint}, o.attempts,
      coalesce(e.customer_id, p.stripe_customer_id), p.amount, p.currency
    FROM outbox_messages o LEFT JOIN webhook_events e ON e.id = o.webhook_event_id
      LEFT JOIN payments p ON p.payment_id = o.payload ->> 'paymentId'
    WHERE o.id = ${id}::uuid
    ON CONFLICT (outbox_message_id) WHERE redriven_at IS NULL DO UPDATE
    SET error = excluded.error, fingerprint = excluded.fingerprint, attempts = excluded.attempts, failed_at = now()`
