import type { Pool } from 'pg'
import { z } from 'zod'
import { prismaOf } from '../../client.ts'
import { parseRows } from '../../sql/rows.ts'
import { type Checked, Finding } from './finding.ts'

const Missing = Finding.extend({ paymentId: z.string().nullable(), isPaid: z.boolean() })

/**
 * Checks that the refunded amount that Stripe reports for a charge does not exceed the sum of its recorded refunds. The
 * payment of the charge is named by the charge itself, or by the payment intent of its refunds.
 */
export async function checkReferences(pool: Pool, keys: string[]): Promise<Checked> {
  const rows = await prismaOf(pool).$queryRaw`
    SELECT ref.reference AS key, 'refunds of ' || ref.amount_refunded AS expected, known.amount::text AS found,
      link.payment_id AS "paymentId",
      EXISTS (SELECT FROM payments p WHERE p.payment_id = link.payment_id AND p.status = 'succeeded') AS "isPaid"
    FROM payment_references ref
    CROSS JOIN LATERAL (SELECT coalesce(sum(r.amount), 0) AS amount, array_agg(r.payment_intent_id) AS intents
      FROM refunds r WHERE r.charge_id = ref.reference OR r.payment_intent_id = ref.reference) AS known
    CROSS JOIN LATERAL (SELECT coalesce(ref.payment_id, max(other.payment_id)) AS payment_id
      FROM payment_references other WHERE other.reference = ANY (known.intents)) AS link
    WHERE ref.reference = ANY (${keys}) AND ref.amount_refunded > known.amount ORDER BY 1`
  const missing = parseRows(Missing, rows)
  return {
    findings: missing.filter(({ isPaid }) => isPaid).map(({ key, expected, found }) => ({ key, expected, found })),
    unknown: missing.filter(({ isPaid }) => !isPaid).map(({ key, paymentId }) => ({ key, paymentId })),
  }
}
