import { checkLedger, countLedgerPages, type Finding } from '@sluice/database/ledger'
import { Command } from 'commander'
import { EXIT } from '../lib/exit-codes.ts'
import { withOwnerPool } from '../lib/owner-pool.ts'
import { createProgress } from '../lib/progress.ts'

const HELP = `
Reads every entry, payment, refund, dispute and charge, and changes nothing. Amounts are in the currency's smallest
unit.
The exit code is 3 if something does not match.

Examples:
  $ sluice ledger check
  $ sluice ledger check --json | jq '.findings[].key'`

export const ledgerCommand = () =>
  new Command('ledger').description('Check the ledger of payments.').addCommand(checkCommand())

const checkCommand = () =>
  new Command('check')
    .description('Check that debits equal credits, and that the ledger matches payments, refunds and disputes.')
    .option('--json', 'print one JSON object')
    .addHelpText('after', HELP)
    .action(async ({ json }: { json?: boolean }) => {
      const { checked, findings } = await check()
      if (json) console.log(JSON.stringify({ checked, findings }))
      else console.log([...findings.map(describe), summarize(checked, findings.length)].join('\n'))
      if (findings.length > 0) process.exitCode = EXIT.found
    })

const check = () =>
  withOwnerPool(async (pool) => {
    const pages = await countLedgerPages(pool)
    const progress = createProgress(pages)
    const findings: Finding[] = []
    let checked = 0
    let page = 0
    for await (const found of checkLedger(pool)) {
      checked += found.checked
      findings.push(...found.findings)
      if (++page <= pages) progress.advance() // workers may have added pages meanwhile
    }
    progress.finish()
    return { checked, findings }
  })

const describe = ({ key, expected, found }: Finding): string => `${key}: expected ${expected}; found ${found}`

function summarize(checked: number, findings: number): string {
  const rows = checked === 1 ? '1 row' : `${checked} rows`
  if (findings === 0) return `The ledger is correct: ${rows} checked.`
  return findings === 1 ? `1 finding in ${rows}.` : `${findings} findings in ${rows}.`
}
