import type { Pool } from 'pg'
import { z } from 'zod'
import { prismaOf, type TransactionClient } from '../client.ts'
import { parseRows } from '../sql/rows.ts'
import { isIgnored } from './groups.ts'

/** The kind of the effect that notifies the staff. A dead letter of this kind itself causes no other. */
export const NOTICE_KIND = 'dead_letter.opened'

/**
 * Writes the effect that notifies the staff of a dead letter: at most one per fingerprint and hour, however many dead
 * letters there are, and none while operators ignore its group. The sweeper enqueues it.
 */
export const writeDeadLetterNotice = (tx: TransactionClient, fingerprint: string) =>
  tx.$executeRaw`
    INSERT INTO outbox_messages (effect_key, kind, payload, sweep_after)
    SELECT 'dead_letter:' || ${fingerprint} || ':' || to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24'),
      ${NOTICE_KIND}, jsonb_build_object('fingerprint', ${fingerprint}::text), now()
    WHERE NOT ${isIgnored(fingerprint)}
    ON CONFLICT (effect_key) DO NOTHING`

const DeadLetterGroup = z.object({
  /** Number of open dead letters. */
  count: z.number(),
  /** Event type, or kind of effect. */
  type: z.string(),
  isEffect: z.boolean(),
  error: z.string(),
  /** Of the newest one; empty for an effect without an event. */
  provider: z.string(),
  eventId: z.string(),
  account: z.string().nullable(),
  livemode: z.boolean().nullable(),
})

/** The open dead letters with one fingerprint. */
export type DeadLetterGroup = z.infer<typeof DeadLetterGroup>

/** Undefined if none is open any more. */
export async function loadDeadLetterGroup(pool: Pool, fingerprint: string): Promise<DeadLetterGroup | undefined> {
  const rows = await prismaOf(pool).$queryRaw`
    SELECT (count(*) OVER ())::int AS count, d.type, d.outbox_message_id IS NOT NULL AS "isEffect", d.error, d.provider,
      d.event_id AS "eventId", e.account, e.livemode
    FROM webhook_dead_letters d
    LEFT JOIN webhook_events e ON e.provider = d.provider AND e.event_id = d.event_id
    WHERE d.fingerprint = ${fingerprint} AND d.redriven_at IS NULL ORDER BY d.failed_at DESC, d.id DESC LIMIT 1`
  return parseRows(DeadLetterGroup, rows)[0]
}
