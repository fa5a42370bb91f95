import type { Pool } from 'pg'
import { z } from 'zod'
import { prismaOf } from '../../client.ts'
import { parseRows } from '../../sql/rows.ts'

const Balance = z.object({
  /** The connected account; null for the platform's own money. */
  stripeAccount: z.string().nullable(),
  livemode: z.boolean().nullable(),
  currency: z.string(),
  account: z.string(),
  /** Debits less credits, in the currency's minor unit. */
  balance: z.coerce.number(),
})

/** The sum of the lines of one account, in one currency of one Stripe account and mode. */
export type Balance = z.infer<typeof Balance>

/** Every balance that is not zero. Those of one Stripe account, mode and currency add up to zero. */
export async function ledgerBalances(pool: Pool): Promise<Balance[]> {
  const rows = await prismaOf(pool).$queryRaw`
    SELECT stripe_account AS "stripeAccount", livemode, currency, account,
      sum(CASE direction WHEN 'debit' THEN amount ELSE -amount END)::text AS balance
    FROM ledger_entries GROUP BY 1, 2, 3, 4
    HAVING sum(CASE direction WHEN 'debit' THEN amount ELSE -amount END) <> 0
    ORDER BY stripe_account NULLS FIRST, livemode DESC NULLS LAST, currency, account`
  return parseRows(Balance, rows)
}
