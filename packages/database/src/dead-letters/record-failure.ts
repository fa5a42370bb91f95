import { isImportType } from '@sluice/events'
import type { Pool } from 'pg'
import { z } from 'zod'
import { prismaOf, type TransactionClient } from '../client.ts'
import { parseRows } from '../sql/rows.ts'
import { type Cause, describeCause, fingerprintOf } from './cause.ts'
import { regressGroup } from './groups.ts'
import { writeDeadLetterNotice } from './notice.ts'
import { type AttemptRun, writeAttempt } from './write-attempt.ts'

const Failed = z.object({
  provider: z.string(),
  eventId: z.string(),
  type: z.string(),
  attempts: z.number(),
  status: z.string(),
})

export interface FailedEvent {
  id: string
  provider: string
  eventId: string
  type: string
  attempts: number
  /** Whether no attempts are left and it has become a dead letter. */
  isDead: boolean
}

/**
 * Records a failed attempt. After the last one the event becomes a dead letter, and the staff will be notified, in the
 * same transaction.
 *
 * @param attemptsMax number of failed attempts that makes it a dead letter; 0: at once
 * @returns undefined when the event has been settled meanwhile
 */
export function recordFailure(
  pool: Pool,
  id: string,
  cause: Cause,
  attemptsMax: number,
  run: AttemptRun = {},
): Promise<FailedEvent | undefined> {
  return prismaOf(pool).$transaction(async (tx) => {
    const [event] = await useAttempt(tx, id, cause, attemptsMax)
    if (!event) return undefined
    const { status, ...failed } = event
    const isDead = status === 'failed'
    const { provider, type, attempts: number } = failed
    await writeAttempt(tx, { ...run, event: id, provider, type, number, isLast: isDead, cause })
    if (isDead) await openDeadLetter(tx, id, failed.type, cause)
    else if (failed.attempts === 1) await closeDeadLetter(tx, failed)
    return { id, ...failed, isDead }
  })
}

/** An event that was retried from the board starts again with all its attempts. */
const useAttempt = async (tx: TransactionClient, id: string, cause: Cause, attemptsMax: number) =>
  parseRows(
    Failed,
    await tx.$queryRaw`
      UPDATE webhook_events e SET crashes = 0, error = ${describeCause(cause)}, attempts = used.attempts, waiting_for = NULL,
        status = CASE WHEN used.attempts >= ${attemptsMax} THEN 'failed' ELSE 'received' END
      FROM (SELECT id, CASE status WHEN 'failed' THEN 1 ELSE attempts + 1 END AS attempts
        FROM webhook_events WHERE id = ${id}::bigint FOR UPDATE) AS used
      WHERE e.id = used.id AND e.status IN ('received', 'failed')
      RETURNING e.provider, e.event_id AS "eventId", e.type, e.attempts, e.status`,
  )

/** An operator who imports is told by the command's report and by `doctor`, and nobody else is. */
async function openDeadLetter(tx: TransactionClient, id: string, type: string, cause: Cause): Promise<void> {
  const fingerprint = fingerprintOf(type, cause)
  await writeDeadLetter(tx, id, cause, fingerprint)
  if (!isImportType(type)) await writeDeadLetterNotice(tx, fingerprint)
}

const writeDeadLetter = (tx: TransactionClient, id: string, cause: Cause, fingerprint: string) =>
  tx.$executeRaw`
    WITH grouped AS (${regressGroup(fingerprint)})
    INSERT INTO webhook_dead_letters
      (provider, event_id, type, raw_body, error, fingerprint, attempts, customer_id, amount, currency)
    SELECT provider, event_id, type, raw_body, ${describeCause(cause)}, ${fingerprint}, attempts, customer_id, money.amount,
      money.currency
    FROM webhook_events LEFT JOIN sluice_money_in(raw_body) AS money ON true WHERE id = ${id}::bigint
    ON CONFLICT (provider, event_id) WHERE redriven_at IS NULL AND outbox_message_id IS NULL DO UPDATE
    SET error = excluded.error, fingerprint = excluded.fingerprint, attempts = excluded.attempts, failed_at = now()`

/** Closes the dead letter of an event that was retried from the board and has attempts left. */
const closeDeadLetter = (tx: TransactionClient, { provider, eventId }: { provider: string; eventId: string }) =>
  tx.webhookDeadLetter.updateMany({
    where: { provider, eventId, redrivenAt: null, outboxMessageId: null },
    data: { redrivenAt: new Date() },
  })
