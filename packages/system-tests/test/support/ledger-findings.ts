import { checkLedger, type Finding, type UnknownPayment } from '@sluice/database/ledger'
import type { Pool } from 'pg'

/** The result of `sluice ledger check`. */
export async function checkWholeLedger(pool: Pool): Promise<{ findings: Finding[]; unknown: UnknownPayment[] }> {
  const [findings, unknown]: [Finding[], UnknownPayment[]] = [[], []]
  for await (const page of checkLedger(pool)) {
    findings.push(...page.findings)
    unknown.push(...page.unknown)
  }
  return { findings, unknown }
}

/** The findings of `sluice ledger check`. */
export const ledgerFindings = async (pool: Pool): Promise<Finding[]> => (await checkWholeLedger(pool)).findings
