import type { Pool } from 'pg'
import { z } from 'zod'
import { prismaOf } from '../../client.ts'
import type { PaymentRegisters } from '../../merges/payment.ts'
import { parseRows, queryRows, registers } from '../../sql/rows.ts'
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

async function checkRefunded(pool: Pool, keys: string[]): Promise<Finding[]> {
  const rows = await prismaOf(pool).$queryRaw`
    SELECT p.payment_id AS key, 'refunds of at most ' || p.amount || ' ' || p.currency AS expected,
      sum(CASE e.direction WHEN 'debit' THEN e.amount ELSE -e.amount END) || ' ' || e.currency AS found
    FROM payments p JOIN ledger_entries e ON e.payment_id = p.payment_id AND e.account = 'refunds'
    WHERE p.payment_id = ANY (${keys}) AND p.status = 'succeeded' GROUP BY p.payment_id, e.currency
    HAVING sum(CASE e.direction WHEN 'debit' THEN e.amount ELSE -e.amount END)
      > CASE e.currency WHEN p.currency THEN p.amount ELSE 0 END ORDER BY 1`
  return parseRows(Finding, rows)
}
