import type { Pool } from 'pg'
import { z } from 'zod'
import { Prisma, prismaOf } from '../client.ts'
import { parseRows } from '../sql/rows.ts'

/** Bounds the cost: no more customers, and no more payments of guests, without a user are examined. */
const EXAMINED_MAX = 10_000

const Payer = z.object({
  /** The customer; of a guest, the payment. */
  id: z.string(),
  account: z.string().nullable(),
  payments: z.number(),
  lastPaidAt: z.date(),
})

/** Somebody whose payment belongs to no user of the host. */
export type Payer = z.infer<typeof Payer>

/**
 * Customers that may give access, and guests, with a payment that belongs to no user. Uses the indexes of
 * `customers.user_id` and `payments.stripe_customer_id`.
 */
const PAYERS = Prisma.sql`
  SELECT c.id, c.account, p.payments, p.last_paid_at
  FROM (SELECT stripe_customer_id AS id, account FROM customers WHERE user_id IS NULL AND NOT deleted AND gives_access
      LIMIT ${EXAMINED_MAX}) AS c,
    LATERAL (SELECT count(*)::int AS payments, max(occurred_at) AS last_paid_at FROM payments
      WHERE stripe_customer_id = c.id AND status = 'succeeded' AND user_id IS NULL) AS p
  WHERE p.payments > 0
  UNION ALL
  SELECT payment_id, account, 1, occurred_at
  FROM (SELECT payment_id, account, status, occurred_at, user_id FROM payments WHERE stripe_customer_id IS NULL
      LIMIT ${EXAMINED_MAX}) AS g
  WHERE status = 'succeeded' AND user_id IS NULL AND account IS NULL`

/** Payers without a user, who paid last first. */
export async function payersWithoutUser(pool: Pool, limit: number): Promise<Payer[]> {
  const rows = await prismaOf(pool).$queryRaw`
    SELECT id, account, payments, last_paid_at AS "lastPaidAt" FROM (${PAYERS}) AS payers
    ORDER BY last_paid_at DESC, id LIMIT ${limit}`
  return parseRows(Payer, rows)
}

const Count = z.object({ count: z.number() })

export async function countPayersWithoutUser(pool: Pool): Promise<number> {
  const rows = await prismaOf(pool).$queryRaw`SELECT count(*)::int AS count FROM (${PAYERS}) AS payers`
  return parseRows(Count, rows)[0]?.count ?? 0
}
