import type { Pool } from 'pg'
import { checkEntries, checkPayments, checkReferences, checkTakenBack, type Finding } from './check-rules.ts'

export type { Finding } from './check-rules.ts'

const PAGE = 1_000

/** What is looked at, row by row, and by which rule. */
const RULES = [
  { table: 'ledger_entries', key: 'entry_key', check: checkEntries },
  { table: 'payments', key: 'payment_id', check: checkPayments },
  { table: 'refunds', key: 'stripe_refund_id', check: checkTakenBack },
  { table: 'disputes', key: 'stripe_dispute_id', check: checkTakenBack },
  { table: 'payment_references', key: 'reference', check: checkReferences },
]

/** How many pages `checkLedger` will about go through. */
export async function countLedgerPages(pool: Pool): Promise<number> {
  const counts = RULES.map(
    ({ table, key }) => `SELECT greatest(1, ceil(count(DISTINCT ${key}) / ${PAGE}.0))::int AS pages FROM ${table}`,
  )
  const { rows } = await pool.query(`SELECT sum(pages)::int AS pages FROM (${counts.join(' UNION ALL ')}) AS tables`)
  return rows[0].pages
}

export interface LedgerPage {
  /** Rows that were looked at. */
  checked: number
  findings: Finding[]
}

/**
 * Looks at the whole ledger beside what it was made of, page by page, and gives what does not add up. Workers may go on
 * meanwhile: each rule reads what was committed together.
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
