import type { Pool } from 'pg'
import { checkEntries, checkPayments, checkReferences, checkReversals, type Finding } from './check-rules.ts'

export type { Finding } from './check-rules.ts'

const PAGE = 1_000

/** The tables whose rows are checked, each with its rule. */
const RULES = [
  { table: 'ledger_entries', key: 'entry_key', check: checkEntries },
  { table: 'payments', key: 'payment_id', check: checkPayments },
  { table: 'refunds', key: 'stripe_refund_id', check: checkReversals },
  { table: 'disputes', key: 'stripe_dispute_id', check: checkReversals },
  { table: 'payment_references', key: 'reference', check: checkReferences },
]

/** About how many pages `checkLedger` reads. */
export async function countLedgerPages(pool: Pool): Promise<number> {
  const counts = RULES.map(
    ({ table, key }) => `SELECT greatest(1, ceil(count(DISTINCT ${key}) / ${PAGE}.0))::int AS pages FROM ${table}`,
  )
  const { rows } = await pool.query(`SELECT sum(pages)::int AS pages FROM (${counts.join(' UNION ALL ')}) AS tables`)
  return rows[0].pages
}

export interface LedgerPage {
  /** How many rows were checked. */
  checked: number
  findings: Finding[]
}

/**
 * Compares the whole ledger with the rows that it was derived from, page by page, and yields all that does not add up.
 * Safe beside running workers: each rule reads only rows that were committed together.
 */
export async function* checkLedger(pool: Pool): AsyncGenerator<LedgerPage> {
  for (const { table, key, check } of RULES) {
    for (let last: string | undefined = ''; last !== undefined; ) {
      const { rows } = await pool.query<{ key: string }>(
        `SELECT DISTINCT ${key} AS key FROM ${table} WHERE ${key} > $1 ORDER BY 1 LIMIT ${PAGE}`,
        [last],
      )
      const keys: string[] = rows.map((row) => row.key)
      yield { checked: keys.length, findings: await check(pool, keys) }
      last = keys.length < PAGE ? undefined : keys.at(-1)
    }
  }
}
