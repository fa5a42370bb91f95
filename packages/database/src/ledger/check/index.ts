import type { Pool } from 'pg'
import { z } from 'zod'
import { Prisma, prismaOf } from '../../client.ts'
import { checkCreditEntries, checkCreditsOfPayments } from '../../credits/check.ts'
import { parseRows } from '../../sql/rows.ts'
import { TABLES } from '../../tables.ts'
import { checkEntries } from './entries.ts'
import type { Checked } from './finding.ts'
import { checkPayments } from './payments.ts'
import { checkReferences } from './references.ts'
import { checkCreditNotes, checkReversals } from './reversals.ts'

export { type Balance, ledgerBalances } from './balances.ts'
export type { Finding, UnknownPayment } from './finding.ts'

const PAGE = 1_000

type Check = (pool: Pool, keys: string[]) => Promise<Checked>

const both =
  (one: Check, other: Check): Check =>
  async (pool, keys) => {
    const [a, b] = [await one(pool, keys), await other(pool, keys)]
    return { findings: [...a.findings, ...b.findings], unknown: [...a.unknown, ...b.unknown] }
  }

/** The tables whose rows are checked, each with its rule. */
const RULES = [
  { table: 'ledger_entries', check: checkEntries },
  { table: 'payments', check: both(checkPayments, checkCreditsOfPayments) },
  { table: 'refunds', check: checkReversals },
  { table: 'disputes', check: checkReversals },
  { table: 'credit_notes', check: checkCreditNotes },
  { table: 'payment_references', check: checkReferences },
  { table: 'credit_entries', check: checkCreditEntries },
].map((rule) => ({ key: TABLES[rule.table]?.key[0] ?? '', ...rule }))

/** Estimates the number of pages that `checkLedger` reads. */
export async function countLedgerPages(pool: Pool): Promise<number> {
  const counts = RULES.map(({ table, key }) => Prisma.raw(`SELECT count(DISTINCT ${key})::int AS keys FROM ${table}`))
  const rows = await prismaOf(pool).$queryRaw`${Prisma.join(counts, ' UNION ALL ')}`
  return parseRows(z.object({ keys: z.number() }), rows).reduce(
    (pages, { keys }) => pages + Math.max(1, Math.ceil(keys / PAGE)),
    0,
  )
}

export interface LedgerPage extends Checked {
  /** How many rows were checked. */
  checked: number
}

/**
 * Compares the whole ledger with the rows that it was derived from, and yields the differences page by page. Workers
 * may run meanwhile: each rule reads only rows that were committed together.
 */
export async function* checkLedger(pool: Pool): AsyncGenerator<LedgerPage> {
  for (const { table, key, check } of RULES) {
    for (let last: string | undefined = ''; last !== undefined; ) {
      const keys: string[] = await nextKeys(pool, table, key, last)
      yield { checked: keys.length, ...(await check(pool, keys)) }
      last = keys.length < PAGE ? undefined : keys.at(-1)
    }
  }
}

async function nextKeys(pool: Pool, table: string, key: string, after: string): Promise<string[]> {
  const [from, column] = [Prisma.raw(table), Prisma.raw(key)]
  const rows = await prismaOf(pool).$queryRaw`
    SELECT DISTINCT ${column} AS key FROM ${from} WHERE ${column} > ${after} ORDER BY 1 LIMIT ${PAGE}`
  return parseRows(z.object({ key: z.string() }), rows).map((row) => row.key)
}
