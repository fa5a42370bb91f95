import type { Pool } from 'pg'
import { z } from 'zod'
import { Prisma, prismaOf, type TransactionClient } from '../client.ts'
import { parseRows } from '../sql/rows.ts'

export interface DocumentRow {
  kind: 'receipt' | 'invoice' | 'credit_note'
  number: string
  /** In case of a credit note, its own id. */
  paymentId: string
  storageKey: string
  webhookEventId: string | null
}

/**
 * Records a document that has been stored. Idempotent.
 *
 * @returns false if its person was forgotten meanwhile, so that it must not be kept. The row is locked, so that either
 * this finds that out or `forget` finds the document.
 */
export const recordDocument = (pool: Pool, document: DocumentRow): Promise<boolean> =>
  unlessForgotten(pool, document, async (tx) => {
    await tx.document.createMany({ data: dataOf(document), skipDuplicates: true })
  })

/** Records a document that takes the place of the former one of its kind and payment. Idempotent. Returns like the above. */
export const replaceDocument = (pool: Pool, document: DocumentRow): Promise<boolean> =>
  unlessForgotten(pool, document, async (tx) => {
    const data = dataOf(document)
    const { kind, paymentId } = data
    await tx.document.upsert({ where: { kind_paymentId: { kind, paymentId } }, create: data, update: data })
  })

async function unlessForgotten(
  pool: Pool,
  { kind, paymentId }: DocumentRow,
  record: (tx: TransactionClient) => Promise<void>,
): Promise<boolean> {
  const [table, key] = kind === 'credit_note' ? ['credit_notes', 'stripe_credit_note_id'] : ['payments', 'payment_id']
  return prismaOf(pool).$transaction(async (tx) => {
    const found = Prisma.sql`SELECT registers ? 'forgotten' AS "isForgotten" FROM ${Prisma.raw(table)}
      WHERE ${Prisma.raw(key)} = ${paymentId} FOR SHARE`
    const [row] = parseRows(z.object({ isForgotten: z.boolean() }), await tx.$queryRaw(found))
    if (row?.isForgotten) return false
    await record(tx)
    return true
  })
}

const dataOf = ({ webhookEventId, ...document }: DocumentRow) => ({
  ...document,
  webhookEventId: webhookEventId === null ? null : BigInt(webhookEventId),
})
