import type { Pool } from 'pg'
import { z } from 'zod'
import { prismaOf } from '../client.ts'
import { parseRows } from '../sql/rows.ts'
import { toJsonb } from '../sql/text.ts'

export interface NotificationRow {
  effectKey: string
  kind: string
  recipient: string
  subject: string
  /** The values of its text, as JSON, by which it can be shown again. */
  draft: object
  /** Names of the stored documents that go along. */
  attachments: string[]
  webhookEventId: string | null
}

/**
 * Records a message before it is sent, as `pending`, also after it was skipped or has failed. Returns false if it was
 * sent before, or if its effect was ended meanwhile, as for a forgotten person.
 */
export async function beginNotification(
  pool: Pool,
  { effectKey, kind, recipient, subject, draft, attachments, webhookEventId }: NotificationRow,
): Promise<boolean> {
  const open = await prismaOf(pool).$executeRaw`
    WITH ended AS (SELECT FROM outbox_messages WHERE effect_key = ${effectKey} AND error LIKE 'forgotten%' FOR SHARE)
    INSERT INTO notifications (effect_key, kind, recipient, subject, draft, attachments, webhook_event_id)
    SELECT ${effectKey}, ${kind}, ${recipient}, ${subject}, ${toJsonb(draft)}::jsonb, ${attachments}::text[],
      ${webhookEventId}::bigint WHERE NOT EXISTS (SELECT FROM ended)
    ON CONFLICT (effect_key) DO UPDATE SET recipient = excluded.recipient, subject = excluded.subject,
      draft = excluded.draft, attachments = excluded.attachments, status = 'pending'
    WHERE notifications.status <> 'sent'`
  return open > 0
}

/** Whether the message of an effect was sent. */
export async function isNotified(pool: Pool, effectKey: string): Promise<boolean> {
  const row = await prismaOf(pool).notification.findUnique({ where: { effectKey }, select: { status: true } })
  return row?.status === 'sent'
}

export async function finishNotification(pool: Pool, effectKey: string): Promise<void> {
  const data = { status: 'sent', sentAt: new Date() }
  await prismaOf(pool).notification.updateMany({ where: { effectKey }, data })
}

const Kept = z.object({ draft: z.unknown() })

/** The kept values of a message; null if there are none, undefined if there is no such message. */
export async function loadKeptDraft(pool: Pool, effectKey: string): Promise<unknown> {
  const rows = await prismaOf(pool).$queryRaw`SELECT draft FROM notifications WHERE effect_key = ${effectKey}`
  return parseRows(Kept, rows)[0]?.draft
}
