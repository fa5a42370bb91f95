import { checkLedger, type Finding } from '@sluice/database/ledger'
import type { Pool } from 'pg'

/** What `sluice ledger check` finds wrong. */
export async function ledgerFindings(pool: Pool): Promise<Finding[]> {
  const findings: Finding[] = []
  for await (const page of checkLedger(pool)) findings.push(...page.findings)
  return findings
}
