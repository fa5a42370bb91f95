import {
  checkLedger,
  countLedgerPages,
  type Finding,
  ledgerBalances,
  type UnknownPayment,
} from '@sluice/database/ledger'
import type { RunAction } from '../context.ts'

/** The command line lists all of them. */
const SHOWN_MAX = 100

export const ledgerCheck: RunAction<object> = async (_filter, { pool, progress }) => {
  const pages = await countLedgerPages(pool)
  await progress(0, pages)
  const findings: Finding[] = []
  const unknown: UnknownPayment[] = []
  let [page, checked] = [0, 0]
  for await (const one of checkLedger(pool)) {
    checked += one.checked
    findings.push(...one.findings)
    unknown.push(...one.unknown)
    page += 1
    await progress(page, Math.max(pages, page)) // workers may have added pages meanwhile
  }
  return {
    checked,
    balances: await ledgerBalances(pool),
    findingCount: findings.length,
    findings: findings.slice(0, SHOWN_MAX),
    unknownCount: unknown.length,
    unknown: unknown.slice(0, SHOWN_MAX),
  }
}
