import type { Pool } from 'pg'
import { prismaOf } from '../client.ts'

export interface OpenedDispute {
  disputeId: string
  status: string
  reason: string | null
  /** In the currency's minor unit. */
  amount: bigint
  currency: string
  evidenceDueBy: Date | null
  chargeId: string | null
  account: string | null
  livemode: boolean | null
}

export async function loadDispute(pool: Pool, id: string): Promise<OpenedDispute | undefined> {
  const row = await prismaOf(pool).dispute.findUnique({ where: { stripeDisputeId: id }, omit: { registers: true } })
  return row ? { disputeId: id, ...row } : undefined
}
