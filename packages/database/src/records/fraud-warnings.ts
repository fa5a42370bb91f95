import type { Pool } from 'pg'
import { prismaOf } from '../client.ts'

export interface OpenedFraudWarning {
  fraudWarningId: string
  fraudType: string | null
  actionable: boolean
  chargeId: string | null
  paymentIntentId: string | null
  account: string | null
  livemode: boolean | null
  /** The payment that it is about, in the currency's minor unit; null while it is not known. */
  payment: { amount: bigint; currency: string } | null
}

export async function loadFraudWarning(pool: Pool, id: string): Promise<OpenedFraudWarning | undefined> {
  const row = await prismaOf(pool).fraudWarning.findUnique({
    where: { stripeFraudWarningId: id },
    omit: { registers: true },
  })
  if (!row) return undefined
  const payment = await loadPaymentOf(pool, [row.chargeId, row.paymentIntentId])
  return { fraudWarningId: id, ...row, payment }
}

async function loadPaymentOf(pool: Pool, references: (string | null)[]): Promise<OpenedFraudWarning['payment']> {
  const named = references.filter((reference) => reference !== null)
  const link = await prismaOf(pool).paymentReference.findFirst({
    where: { reference: { in: named }, paymentId: { not: null } },
    orderBy: { reference: 'asc' },
  })
  if (!link?.paymentId) return null
  return prismaOf(pool).payment.findUnique({
    where: { paymentId: link.paymentId, status: 'succeeded' },
    select: { amount: true, currency: true },
  })
}
