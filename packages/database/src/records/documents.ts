import type { Pool } from 'pg'
import { prismaOf } from '../client.ts'

export interface DocumentRow {
  kind: 'receipt' | 'invoice'
  number: string
  paymentId: string
  storageKey: string
  webhookEventId: string | null
}

/** Notes a document that is in the store. Noted again it changes nothing. */
export async function noteDocument(pool: Pool, { webhookEventId, ...document }: DocumentRow): Promise<void> {
  const data = { ...document, webhookEventId: webhookEventId === null ? null : BigInt(webhookEventId) }
  await prismaOf(pool).document.createMany({ data, skipDuplicates: true })
}
