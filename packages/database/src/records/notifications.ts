import type { Pool } from 'pg'

export interface DocumentRow {
  kind: 'receipt' | 'invoice'
  number: string
  paymentId: string
  storageKey: string
  webhookEventId: string | null
}

/** Notes a document that is in the store. Noted again it changes nothing. */
export async function noteDocument(pool: Pool, document: DocumentRow): Promise<void> {
  await pool.query(
    `INSERT INTO documents (kind, number, payment_id, storage_key, webhook_event_id) VALUES ($1, $2, $3, $4, $5)
      ON CONFLICT DO NOTHING`,
    [document.kind, document.number, document.paymentId, document.storageKey, document.webhookEventId],
  )
}

export interface NotificationRow {
  effectKey: string
  kind: string
  recipient: string
  subject: string
  webhookEventId: string | null
}

/** Notes a message before it is sent; resolves to false when it was sent before. */
export async function beginNotification(pool: Pool, notification: NotificationRow): Promise<boolean> {
  await pool.query(
    `INSERT INTO notifications (effect_key, kind, recipient, subject, webhook_event_id) VALUES ($1, $2, $3, $4, $5)
      ON CONFLICT DO NOTHING`,
    [
      notification.effectKey,
      notification.kind,
      notification.recipient,
      notification.subject,
      notification.webhookEventId,
    ],
  )
  const { rows } = await pool.query<{ status: string }>('SELECT status FROM notifications WHERE effect_key = $1', [
    notification.effectKey,
  ])
  return rows[0]?.status !== 'sent'
}

export async function finishNotification(pool: Pool, effectKey: string): Promise<void> {
  await pool.query(`UPDATE notifications SET status = 'sent', sent_at = now() WHERE effect_key = $1`, [effectKey])
}
