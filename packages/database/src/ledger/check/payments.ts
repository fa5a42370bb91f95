import type { Pool } from 'pg'
import { z } from 'zod'
import type { PaymentRegisters } from '../../merges/payment.ts'
import { sameOrigin } from '../../merges/stripe.ts'
import { queryRows, registers } from '../../sql/rows.ts'
import { entryOfPayment } from '../payments.ts'
import { checkBooked } from './booked.ts'
import { type Checked, Finding } from './finding.ts'

const PaidRow = z.object({ payment_id: z.string(), registers: registers<PaymentRegisters>() })

/** Checks that every payment is booked in full, and once, and that refunds do not exceed it. */
export async function checkPayments(pool: Pool, keys: string[]): Promise<Checked> {
  const rows = await queryRows(
    pool,
    PaidRow,
    `SELECT payment_id, registers FROM payments WHERE payment_id = ANY ($1)
      AND (status = 'succeeded' OR moved_to_payment_id IS NOT NULL) ORDER BY payment_id`,
    [keys],
  )
  const entries = rows.map((row) => entryOfPayment(row.payment_id, row.registers))
  return { findings: [...(await checkBooked(pool, entries)), ...(await checkRefunded(pool, keys))], unknown: [] }
}

/**
 * Refunds are in the currency of their charge, which is that of the buyer where Adaptive Pricing was used: it may be
 * another one than the payment's. Then they are compared with what the intent received, or the buyer was charged, in it.
 */
async function checkRefunded(pool: Pool, keys: string[]): Promise<Finding[]> {
  return queryRows(
    pool,
    Finding,
    `WITH back AS MATERIALIZED (
        SELECT e.payment_id, e.currency, sum(CASE e.direction WHEN 'debit' THEN e.amount ELSE -e.amount END) AS amount
        FROM ledger_entries e WHERE e.payment_id = ANY ($1) AND e.account = 'refunds' GROUP BY 1, 2
      )
      SELECT p.payment_id AS key,
        'refunds of at most ' || coalesce(paid.amount || ' ' || back.currency, p.amount || ' ' || p.currency) AS expected,
        back.amount || ' ' || back.currency AS found
      FROM payments p JOIN back USING (payment_id) CROSS JOIN LATERAL (
        SELECT CASE back.currency WHEN p.currency THEN p.amount ELSE coalesce((${RECEIVED}), (${PRESENTED})) END AS amount
      ) AS paid
      WHERE p.status = 'succeeded' AND back.amount > coalesce(paid.amount, 0) ORDER BY 1, back.currency`,
    [keys],
  )
}

const RECEIVED = `SELECT sum((r.registers #>> '{received,contents,amount}')::bigint) FROM payment_references r
  WHERE r.payment_id = p.payment_id AND ${sameOrigin('r', 'p')}
    AND r.registers #>> '{received,contents,currency}' = back.currency`

const PRESENTED = `SELECT (s.details #>> '{conversion,presented,amount}')::bigint FROM checkout_sessions s
  WHERE s.stripe_checkout_session_id = p.payment_id AND ${sameOrigin('s', 'p')}
    AND s.details #>> '{conversion,presented,currency}' = back.currency`
