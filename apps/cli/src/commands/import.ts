import { apiSettings } from '@sluice/providers/apis'
import { stripe } from '@sluice/providers/stripe'
import { IMPORT_GROUPS } from '@sluice/providers/stripe/api'
import { Command, InvalidArgumentError, Option } from 'commander'
import { EXIT } from '../lib/exit-codes.ts'
import { dryRun } from '../lib/import/dry-run.ts'
import { type OpenedImport, openImport } from '../lib/import/open.ts'
import { describeDryRun, describeImport } from '../lib/import/report.ts'
import { runImport } from '../lib/import/run.ts'
import { print } from '../lib/print.ts'
import { requireMigrated } from '../lib/require-migrated.ts'
import { readSettings } from '../lib/settings.ts'
import { SINCE, since } from '../lib/since.ts'

const TIMEOUT_MS = 60_000
const NO_KEY = 'error: STRIPE_API_KEY is not set. It needs a secret or a restricted key of the account.'

const NAMES = Object.keys(IMPORT_GROUPS)

const HELP = `
Reads everything that the account of STRIPE_API_KEY has, and the connected accounts that STRIPE_ACCOUNTS names: ${NAMES.join(', ')}.
Payment methods come with the customers and subscriptions whose default they are.

Each object is appended to the inbox as an event of its own (import.subscription), and workers process it like a webhook.
An imported object says how things stood when it was fetched: it never overrides a later webhook. No e-mail is sent, and
the staff is not notified. Import again as often as you like: what says the same is not recorded again.

A restricted key needs to read what is imported; what it lacks is named before anything is read. The command sends a quarter
of the requests that Stripe allows. Stop it at any time: run again within a day, it goes on where it stopped.

With --dry-run nothing is written: the command says which users would gain or lose PREMIUM, who pays and has no user, and
what could not be read. Set LIVEMODE, STRIPE_ACCOUNTS, PREMIUM_PRICES and PAST_DUE_IS_ACTIVE as for the worker.
The exit code is 3 if something could not be read or processed.

Examples:
  $ sluice import stripe --dry-run
  $ sluice import stripe
  $ sluice import stripe --only invoices,payments,refunds --since 90d`

interface Options {
  only: string[]
  since?: Date
  dryRun?: boolean
  json?: boolean
}

export const define = (command: Command): Command => command.addCommand(stripeCommand())

const stripeCommand = () =>
  new Command('stripe')
    .description('Bring in what a Stripe account already has: catalogue, customers, subscriptions, invoices, payments.')
    .addOption(
      new Option('--only <names>', `only these, comma-separated: ${NAMES.join(', ')}`)
        .argParser(only)
        .default(NAMES, 'all'),
    )
    .option('--since <time>', `only objects created since this time: ${SINCE}`, (text: string) => since(text))
    .option('--dry-run', 'write nothing; print who would gain or lose access')
    .option('--json', 'print one JSON object')
    .addHelpText('after', HELP)
    .action(async ({ only: names, since, dryRun: isDry, json }: Options, command: Command) => {
      const settings = apiSettings(stripe, process.env, TIMEOUT_MS)
      if (!settings) return command.error(NO_KEY)
      await requireMigrated(readSettings())
      const opened = await openImport(settings, { names, since: since ?? null })
      if (isDry) await showDryRun(opened, json)
      else await show(opened, json)
    })

async function showDryRun(opened: OpenedImport, json = false): Promise<void> {
  const found = await dryRun(opened)
  print(json ? JSON.stringify(found) : describeDryRun(found))
  if (found.unreadable.count > 0) process.exitCode = EXIT.found
}

async function show(opened: OpenedImport, json = false): Promise<void> {
  const result = await runImport(opened)
  print(json ? JSON.stringify(result) : describeImport(result))
  if (result.failed + result.refused.length > 0) process.exitCode = EXIT.found
  if (result.stopped) process.exitCode = EXIT.failed
}

function only(text: string): string[] {
  const names = text.split(',').map((name) => name.trim().replaceAll('-', '_'))
  if (names.every((name) => NAMES.includes(name))) return names
  throw new InvalidArgumentError(`It should be some of ${NAMES.join(', ')}, separated by commas.`)
}
