import type { Pool } from 'pg'
import { z } from 'zod'
import { queryRows } from '../sql/rows.ts'
import { LEDGER_COLUMNS, LedgerLine } from './shown-rows.ts'

const Payment = z.object({
  id: z.string(),
  status: z.string(),
  amount: z.coerce.number(),
  currency: z.string(),
  customerId: z.string().nullable(),
  userId: z.string().nullable(),
  account: z.string().nullable(),
  livemode: z.boolean().nullable(),
  occurredAt: z.date(),
  movedTo: z.string().nullable(),
  provider: z.string().nullable(),
  eventId: z.string().nullable(),
})

const PAYMENT = `SELECT p.payment_id AS id, p.status, p.amount, p.currency, p.stripe_customer_id AS "customerId",
    p.user_id AS "userId", p.account, p.livemode, p.occurred_at AS "occurredAt", p.moved_to_payment_id AS "movedTo",
    e.provider, e.event_id AS "eventId"
  FROM payments p LEFT JOIN webhook_events e ON e.id = p.webhook_event_id WHERE p.payment_id = $1`

const LINES = `SELECT ${LEDGER_COLUMNS} FROM ledger_entries WHERE payment_id = $1 ORDER BY ledger_entries.id LIMIT 500`

const Reversal = z.object({
  kind: z.enum(['refund', 'dispute']),
  id: z.string(),
  status: z.string(),
  amount: z.coerce.number(),
  currency: z.string(),
})

/** Refunds and disputes name only a charge or an intent. */
const REVERSALS = `
  WITH named AS (SELECT reference FROM payment_references WHERE payment_id = $1)
  SELECT 'refund' AS kind, stripe_refund_id AS id, status, amount, currency FROM refunds
    WHERE charge_id IN (SELECT reference FROM named) OR payment_intent_id IN (SELECT reference FROM named)
  UNION ALL SELECT 'dispute', stripe_dispute_id, status, amount, currency FROM disputes
    WHERE charge_id IN (SELECT reference FROM named) OR payment_intent_id IN (SELECT reference FROM named)
  ORDER BY 1 DESC, 2 LIMIT 200`

export type PaymentRows = NonNullable<Awaited<ReturnType<typeof readPayment>>>

/** A payment, what went back of it, and its entries; null if it is not known. */
export async function readPayment(pool: Pool, id: string) {
  const [payment] = await queryRows(pool, Payment, PAYMENT, [id])
  if (payment === undefined) return null
  return {
    payment,
    reversals: await queryRows(pool, Reversal, REVERSALS, [id]),
    lines: await queryRows(pool, LedgerLine, LINES, [id]),
  }
}
