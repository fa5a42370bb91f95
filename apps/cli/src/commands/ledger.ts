import {
  type Balance,
  checkLedger,
  countLedgerPages,
  type Finding,
  ledgerBalances,
  type UnknownPayment,
} from '@sluice/database/ledger'
import type { Pool } from '@sluice/database/pool'
import { Command } from 'commander'
import { EXIT } from '../lib/exit-codes.ts'
import { withOwnerPool } from '../lib/owner-pool.ts'
import { print } from '../lib/print.ts'
import { printStateHash } from '../lib/print-state-hash.ts'
import { createProgress } from '../lib/progress.ts'
import { recordAction } from '../lib/record-action.ts'
import { table } from '../lib/table.ts'

const HELP = `
Reads every entry, payment, refund, dispute, credit note and charge, and changes nothing. Prints the balance of each
account (debits less credits) per Stripe account, mode and currency. Amounts are in the currency's smallest unit.

A refund or dispute of a payment that is not known here is listed, and is no error: the payment is from before, or its
events have not arrived yet. The exit code is 3 if something does not match.

With --hash it prints one SHA-256 of all state instead: users' roles, customers, subscriptions, entitlements, payments, the
ledger, generations and which effects there are. Two databases at the same version of Sluice that processed the same events
have the same hash, whatever the order of events, their repetitions, and corrections. It leaves out ids and times of our own,
what effects produced, and the inbox. --json adds a hash for each table, to find the one that differs. Retention deletes
finished effects, and with them their part of the hash.

Examples:
  $ sluice ledger check
  $ sluice ledger check --hash
  $ sluice ledger check --json | jq '.balances[] | select(.account == "cash")'`

export const define = (command: Command): Command => command.addCommand(checkCommand())

const checkCommand = () =>
  new Command('check')
    .description('Check that debits equal credits, and that the ledger matches payments, refunds and disputes.')
    .option('--hash', 'print one hash of all state instead, to compare two databases')
    .option('--json', 'print one JSON object')
    .addHelpText('after', HELP)
    .action(async ({ hash, json }: { hash?: boolean; json?: boolean }) => {
      if (hash) return printStateHash(json)
      const result = await check()
      print(json ? JSON.stringify(result) : textOf(result))
      if (result.findings.length > 0) process.exitCode = EXIT.found
    })

interface Result {
  /** How many rows were read. */
  checked: number
  balances: Balance[]
  findings: Finding[]
  unknown: UnknownPayment[]
}

const check = (): Promise<Result> =>
  withOwnerPool((pool) =>
    recordAction(
      pool,
      'ledger-check',
      {},
      () => checkAll(pool),
      ({ checked, findings, unknown }) => ({
        ...{ state: 'done', done: checked, total: checked },
        result: { checked, findingCount: findings.length, unknownCount: unknown.length },
      }),
    ),
  )

async function checkAll(pool: Pool): Promise<Result> {
  const pages = await countLedgerPages(pool)
  const progress = createProgress(pages)
  const result: Result = { checked: 0, balances: await ledgerBalances(pool), findings: [], unknown: [] }
  let page = 0
  for await (const { checked, findings, unknown } of checkLedger(pool)) {
    result.checked += checked
    result.findings.push(...findings)
    result.unknown.push(...unknown)
    if (++page <= pages) progress.advance() // workers may have added pages meanwhile
  }
  progress.finish()
  return result
}

function textOf({ checked, balances, findings, unknown }: Result): string {
  const lines = [
    ...(balances.length > 0 ? [tableOf(balances), ''] : []),
    ...unknown.map(describeUnknown),
    ...(unknown.length > 0 ? [countOf(unknown.length, 'payment not known here', 'payments not known here'), ''] : []),
    ...findings.map(describeFinding),
    summarize(checked, findings.length),
  ]
  return lines.join('\n')
}

const tableOf = (balances: Balance[]): string =>
  table(
    ['STRIPE ACCOUNT', 'MODE', 'CURRENCY', 'ACCOUNT', 'BALANCE'],
    balances.map(({ stripeAccount, livemode, currency, account, balance }) => [
      stripeAccount ?? 'platform',
      livemode === null ? 'unknown' : livemode ? 'live' : 'test',
      currency,
      account,
      String(balance),
    ]),
  )

const describeFinding = ({ key, expected, found }: Finding): string => `${key}: expected ${expected}; found ${found}`

const describeUnknown = ({ key, paymentId }: UnknownPayment): string =>
  paymentId === null ? `${key}: its payment is not known here` : `${key}: payment ${paymentId} is not known here`

const countOf = (count: number, one: string, several: string): string => `${count} ${count === 1 ? one : several}.`

function summarize(checked: number, findings: number): string {
  const rows = checked === 1 ? '1 row' : `${checked} rows`
  if (findings === 0) return `The ledger is correct: ${rows} checked.`
  return findings === 1 ? `1 finding in ${rows}.` : `${findings} findings in ${rows}.`
}
