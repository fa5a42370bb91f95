import type { Pool } from 'pg'
import { z } from 'zod'
import { COUNTED_UNTIL, sumsOf } from '../counts/count-ledger.ts'
import type { Balance } from '../ledger/check/balances.ts'
import { queryRows } from '../sql/rows.ts'
import { LEDGER_COLUMNS, LedgerLine } from './shown-rows.ts'

const Day = z.object({
  /** UTC. */
  day: z.string(),
  currency: z.string(),
  account: z.string(),
  /** In the currency's minor unit. */
  debit: z.coerce.number(),
  credit: z.coerce.number(),
})

/** Days that are added up, and the lines that were booked since then: a minute of them, unless no worker counts. */
const SUMS = `(SELECT day, stripe_account, livemode, currency, account, debit, credit FROM ledger_days
  UNION ALL ${sumsOf(`created_at >= coalesce((${COUNTED_UNTIL}), '-infinity')`)}) AS sums`

const DAYS = `SELECT to_char(day, 'YYYY-MM-DD') AS day, currency, account, sum(debit) AS debit, sum(credit) AS credit
  FROM ${SUMS} WHERE day >= ($1::timestamptz AT TIME ZONE 'UTC')::date GROUP BY 1, 2, 3 ORDER BY 1 DESC, 2, 3 LIMIT 1000`

const Total = z.object({
  stripeAccount: z.string().nullable(),
  livemode: z.boolean().nullable(),
  currency: z.string(),
  account: z.string(),
  balance: z.coerce.number(),
}) satisfies z.ZodType<Balance>

/** As `ledgerBalances`, which adds up every line. */
const BALANCES = `SELECT stripe_account AS "stripeAccount", livemode, currency, account, sum(debit - credit) AS balance
  FROM ${SUMS} GROUP BY 1, 2, 3, 4 HAVING sum(debit - credit) <> 0
  ORDER BY stripe_account NULLS FIRST, livemode DESC NULLS LAST, currency, account`

const Check = z.object({
  id: z.string(),
  at: z.date(),
  state: z.string(),
  finishedAt: z.date().nullable(),
  done: z.number(),
  total: z.number().nullable(),
  error: z.string().nullable(),
  result: z.record(z.string(), z.unknown()).nullable(),
})

const CHECK = `SELECT id::text, at, state, finished_at AS "finishedAt", done, total, error, result
  FROM operator_actions WHERE kind = 'ledger-check' ORDER BY operator_actions.id DESC LIMIT 1`

export type LedgerOverview = Awaited<ReturnType<typeof readLedger>>

/** The trial balance, the sums of each day since a time, and the last check that was asked for on the console. */
export async function readLedger(pool: Pool, since: Date) {
  const [check] = await queryRows(pool, Check, CHECK)
  return {
    balances: await queryRows(pool, Total, BALANCES),
    days: await queryRows(pool, Day, DAYS, [since]),
    check: check ?? null,
  }
}

/** Lines in the order in which they were booked. @param after only those with a larger id */
export const listLedgerLines = (pool: Pool, after: string, limit: number): Promise<z.infer<typeof LedgerLine>[]> =>
  queryRows(
    pool,
    LedgerLine,
    `SELECT ${LEDGER_COLUMNS} FROM ledger_entries WHERE id > $1::bigint ORDER BY ledger_entries.id LIMIT $2::int`,
    [after, limit],
  )
