import type { Pool } from 'pg'
import { z } from 'zod'
import { queryRows } from '../sql/rows.ts'
import { OUTCOME } from './emails.ts'
import { DOCUMENT_COLUMNS, Document } from './shown-rows.ts'

const Row = z.object({
  effectKey: z.string(),
  kind: z.string(),
  subject: z.string(),
  outcome: z.string(),
  error: z.string().nullable(),
  sentAt: z.date().nullable(),
  attachments: z.array(z.string()),
  customerId: z.string().nullable(),
  provider: z.string().nullable(),
  eventId: z.string().nullable(),
  type: z.string().nullable(),
  effectId: z.string().nullable(),
  attemptCount: z.number().nullable(),
  availableAt: z.date().nullable(),
})

const EMAIL = `SELECT n.effect_key AS "effectKey", n.kind, n.subject, ${OUTCOME} AS outcome, o.error,
    n.sent_at AS "sentAt", coalesce(n.attachments, '{}') AS attachments, e.customer_id AS "customerId", e.provider,
    e.event_id AS "eventId", e.type, o.id::text AS "effectId", o.attempts AS "attemptCount",
    o.available_at AS "availableAt"
  FROM notifications n LEFT JOIN outbox_messages o ON o.effect_key = n.effect_key
    LEFT JOIN webhook_events e ON e.id = n.webhook_event_id
  WHERE n.effect_key = $1`

const Attempt = z.object({
  number: z.number(),
  startedAt: z.date(),
  failedAt: z.date(),
  error: z.string(),
  traceId: z.string().nullable(),
})

const ATTEMPTS = `SELECT n AS number, started_at AS "startedAt", ended_at AS "failedAt", code || ': ' || message AS error,
    trace_id AS "traceId"
  FROM webhook_attempts WHERE outbox_message_id = $1::uuid ORDER BY id LIMIT 100`

const DOCUMENTS = `SELECT ${DOCUMENT_COLUMNS} FROM documents WHERE storage_key = ANY ($1::text[]) ORDER BY id`

export type EmailLife = NonNullable<Awaited<ReturnType<typeof readEmail>>>

/** An e-mail by its effect key, without recipient and text; null if none was begun under it. */
export async function readEmail(pool: Pool, effectKey: string) {
  const [email] = await queryRows(pool, Row, EMAIL, [effectKey])
  if (email === undefined) return null
  const documents = await queryRows(pool, Document, DOCUMENTS, [email.attachments])
  return {
    email,
    attempts: email.effectId === null ? [] : await queryRows(pool, Attempt, ATTEMPTS, [email.effectId]),
    documents,
    /** Documents that went along and are no longer there: another one took their place. */
    replaced: email.attachments.filter((key) => documents.every(({ storageKey }) => storageKey !== key)),
  }
}
