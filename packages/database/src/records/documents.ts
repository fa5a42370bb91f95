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
export async function recordDocument(pool: Pool, document: DocumentRow): Promise<void> {
  await prismaOf(pool).document.createMany({ data: dataOf(document), skipDuplicates: true })
}

/** Records a document that takes the place of the former one of its kind and payment. Idempotent. */
export async function replaceDocument(pool: Pool, document: DocumentRow): Promise<void> {
  const data = dataOf(document)
  const { kind, paymentId } = data
  await prismaOf(pool).document.upsert({ where: { kind_paymentId: { kind, paymentId } }, create: data, update: data })
}

const dataOf = ({ webhookEventId, ...document }: DocumentRow) => ({
  ...document,
  webhookEventId: webhookEventId === null ? null : BigInt(webhookEventId),
})
