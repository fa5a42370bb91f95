import type { Pool } from 'pg'
import { z } from 'zod'
import { ledgerBalances } from '../ledger/check/balances.ts'
import { queryRows } from '../sql/rows.ts'
import { LEDGER_COLUMNS, LedgerLine } from './shown-rows.ts'

/** Of more lines in the range, the newest are summed. */
const SUMMED_MAX = 200_000

const Day = z.object({
  /** UTC. */
  day: z.string(),
  currency: z.string(),
  account: z.string(),
  /** In the currency's minor unit. */
  debit: z.coerce.number(),
  credit: z.coerce.number(),
})

/** Ids grow with the time of booking, so the walk from the newest stops at the first day. */
const DAYS = `SELECT to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day, currency, account,
    coalesce(sum(amount) FILTER (WHERE direction = 'debit'), 0) AS debit,
    coalesce(sum(amount) FILTER (WHERE direction = 'credit'), 0) AS credit
  FROM (SELECT * FROM ledger_entries ORDER BY id DESC LIMIT ${SUMMED_MAX}) AS newest
  WHERE created_at >= $1 GROUP BY 1, 2, 3 ORDER BY 1 DESC, 2, 3 LIMIT 1000`

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
    balances: await ledgerBalances(pool),
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
