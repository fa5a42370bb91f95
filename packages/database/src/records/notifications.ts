import type { Pool } from 'pg'
import { prismaOf } from '../client.ts'

export interface NotificationRow {
  effectKey: string
  kind: string
  recipient: string
  subject: string
  webhookEventId: string | null
}

/** Records a message before it is sent. Returns false if it was sent before. */
export async function beginNotification(
  pool: Pool,
  { webhookEventId, ...notification }: NotificationRow,
): Promise<boolean> {
  const { notification: notifications } = prismaOf(pool)
  const data = { ...notification, webhookEventId: webhookEventId === null ? null : BigInt(webhookEventId) }
  await notifications.createMany({ data, skipDuplicates: true })
  return !(await isNotified(pool, notification.effectKey))
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
