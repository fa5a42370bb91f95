import type { Pool } from 'pg'
import { z } from 'zod'
import { queryRows } from '../sql/rows.ts'
import { ADVANCE, countAlone } from './alone.ts'

/** The name of the cursor. */
const LEDGER = 'ledger'

const DAY_MS = 86_400_000

/** Selects until when the ledger is added up; null before the first time. */
export const COUNTED_UNTIL = `SELECT max(counted_until) FROM count_cursors WHERE name = '${LEDGER}'`

const Next = z.object({ at: z.date().nullable() })

/** When the oldest line was booked that is not added up. */
const NEXT = `SELECT min(created_at) AS at FROM ledger_entries WHERE created_at >= coalesce((${COUNTED_UNTIL}), '-infinity')`

/** Sums of lines, in the columns of `ledger_days`. @param booked condition on when they were booked */
export const sumsOf = (booked: string): string => `
  SELECT (created_at AT TIME ZONE 'UTC')::date AS day, stripe_account, livemode, currency, account,
    coalesce(sum(amount) FILTER (WHERE direction = 'debit'), 0)::bigint AS debit,
    coalesce(sum(amount) FILTER (WHERE direction = 'credit'), 0)::bigint AS credit
  FROM ledger_entries WHERE ${booked} GROUP BY 1, 2, 3, 4, 5`

const ADD = `INSERT INTO ledger_days AS d (day, stripe_account, livemode, currency, account, debit, credit)
  ${sumsOf('created_at >= $1 AND created_at < $2')}
  ON CONFLICT (day, currency, account, coalesce(stripe_account, ''), coalesce(livemode::text, ''))
    DO UPDATE SET debit = d.debit + excluded.debit, credit = d.credit + excluded.credit`

/**
 * Adds the next lines of the ledger to the sums of their days, at most a day of them. Lines are never changed, so each is
 * added once.
 *
 * @returns 1 if there may be more; 0 if there are none, or if another worker counts
 */
export function countLedger(pool: Pool): Promise<number> {
  return countAlone(pool, async (client, horizon) => {
    const [next] = await queryRows(client, Next, NEXT)
    if (!next?.at || next.at >= horizon) return 0
    const until = new Date(Math.min(next.at.getTime() + DAY_MS, horizon.getTime()))
    await client.query(ADD, [next.at, until])
    await client.query(ADVANCE, [LEDGER, until])
    return until < horizon ? 1 : 0
  })
}
