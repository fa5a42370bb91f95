import { countPayersWithoutUser, type Payer, payersWithoutUser } from '@sluice/database/find'
import type { Command } from 'commander'
import { EXIT } from '../lib/exit-codes.ts'
import { wholeNumber } from '../lib/options.ts'
import { print } from '../lib/print.ts'
import { withReader } from '../lib/reader.ts'
import { table, toJson } from '../lib/table.ts'

const HELP = `
Their payments are recorded, but nobody got anything for them: no user of the host has this customer, and neither
metadata.user_id nor client_reference_id names a user that exists. Set users.stripe_customer_id, or metadata.user_id of the
customer in Stripe; workers link the payments within seconds. Guests are listed by their payment.
The exit code is 3 if there are any.`

interface Options {
  limit: number
  json?: boolean
}

export const define = (command: Command): Command =>
  command
    .option('--limit <n>', 'maximum number of payers to print', wholeNumber, 50)
    .option('--json', 'print one JSON object for each payer')
    .addHelpText('after', HELP)
    .action(({ limit, json }: Options) =>
      withReader(async (pool) => {
        const payers = await payersWithoutUser(pool, limit)
        const count = payers.length < limit ? payers.length : await countPayersWithoutUser(pool)
        if (payers.length > 0) process.exitCode = EXIT.found
        if (json) for (const payer of payers) print(toJson(payer))
        else print(describe(payers, count))
      }),
    )

function describe(payers: Payer[], count: number): string {
  if (payers.length === 0) return 'Everybody who paid belongs to a user.'
  const rows = payers.map(({ id, account, payments, lastPaidAt }) => [
    lastPaidAt.toISOString(),
    id,
    String(payments),
    account ?? '',
  ])
  const more = count > payers.length ? `\n\n${count} in all.` : ''
  return `${table(['LAST PAID', 'ID', 'PAYMENTS', 'ACCOUNT'], rows)}${more}`
}
