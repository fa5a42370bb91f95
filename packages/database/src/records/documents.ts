import type { Pool } from 'pg'
import { prismaOf } from '../client.ts'

export interface DocumentRow {
  kind: 'receipt' | 'invoice' | 'credit_note'
  number: string
  /** In case of a credit note, its own id. */
  paymentId: string
  storageKey: string
  webhookEventId: string | null
}

/** Records a document that has been stored. Idempotent. */
export async function recordDocument(pool: Pool, { webhookEventId, ...document }: DocumentRow): Promise<void> {
  const data = { ...document, webhookEventId: webhookEventId === null ? null : BigInt(webhookEventId) }
  await prismaOf(pool).document.createMany({ data, skipDuplicates: true })
}
