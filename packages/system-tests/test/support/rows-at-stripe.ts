import { COMPARABLE, comparableRows } from '@sluice/database/comparable-rows'
import { connect } from '@sluice/database/pool'
import type { Stack } from '@sluice/testing'

type Row = Record<string, unknown>

/**
 * `registers` say how a row was learnt, and Stripe's API lists neither failed attempts nor what was refunded once and came
 * back: a refund has a row and an entry of its own.
 */
const LEFT_OUT = ['registers', 'failed_at', 'action_required_at', 'amount_refunded']

/** Tables that say how something was learnt, or is sent; `entitlements` follow from the summaries. */
const NOT_COMPARED = ['webhook_events', 'outbox_messages', 'entitlement_summaries', 'ledger_entries']

/**
 * Rows that say nothing of what is true at Stripe now: a failed attempt, an intent that has paid nothing, and a payment
 * method that no list has any more.
 */
const NOTHING: Record<string, (row: Row) => boolean> = {
  payment_methods: ({ detached }) => detached === true,
  payments: ({ status }) => status === 'failed',
  payment_references: ({ succeeded, payment_id }) => succeeded !== true && payment_id === null,
}

/**
 * The rows by table that follow from what is true at Stripe, however it was learnt; and the sums of the ledger by payment
 * and account, since a part that is learnt later is booked as a correction.
 */
export async function rowsAtStripe(stack: Pick<Stack, 'postgres' | 'query'>): Promise<Record<string, unknown[]>> {
  const pool = connect(stack.postgres.url, { max: 1 })
  try {
    const tables: Record<string, unknown[]> = {}
    for (const name of COMPARABLE) {
      if (NOT_COMPARED.includes(name)) continue
      const rows: Row[] = (await comparableRows(pool, name)).map((row) => JSON.parse(row))
      tables[name] = rows
        .filter((row) => !NOTHING[name]?.(row))
        .map(textOf)
        .sort()
    }
    return { ...tables, ledger: await balances(stack) }
  } finally {
    await pool.end()
  }
}

const textOf = (row: Row): string =>
  JSON.stringify(Object.fromEntries(Object.entries(row).filter(([column]) => !LEFT_OUT.includes(column))))

const balances = ({ query }: Pick<Stack, 'query'>) =>
  query(
    `SELECT payment_id, account, currency, sum(CASE direction WHEN 'debit' THEN amount ELSE -amount END)::int AS debit
      FROM ledger_entries GROUP BY 1, 2, 3
      HAVING sum(CASE direction WHEN 'debit' THEN amount ELSE -amount END) <> 0 ORDER BY 1, 2, 3`,
  )
