import { reconcileUntil } from '@sluice/database/reconcile'
import { providers } from '@sluice/providers'
import { openApis } from '@sluice/providers/apis'
import { Command, Option } from 'commander'
import { EXIT } from '../lib/exit-codes.ts'
import { withOwnerPool } from '../lib/owner-pool.ts'
import { print } from '../lib/print.ts'
import { ask } from '../lib/reconcile/ask.ts'
import { type MissedObject, missedObjects } from '../lib/reconcile/missed-objects.ts'
import { since } from '../lib/since.ts'
import { table } from '../lib/table.ts'

const HELP = `
Fetches events, and the state of subscriptions whose period is over, from Stripe (STRIPE_API_KEY), and the state of
predictions without a final event from Replicate (REPLICATE_API_TOKEN). Lists what the inbox does not have. Stripe lists
the last 30 days; an event younger than five minutes may still be in transit and is left out. A restricted key must be
allowed to read events, webhook endpoints and subscriptions. With --repair missed events are appended to the inbox,
where workers find them within seconds.
The exit code is 3 if something was missed, 1 if an API failed. Workers with the keys do the same every day, for the last
three days.

Examples:
  $ sluice reconcile
  $ sluice reconcile --since 7d --repair
  $ sluice reconcile --since 2030-01-31 --json | jq -r '.missed[].id'`

const KEYS = providers.flatMap(({ api }) => api?.keyVariable ?? [])
const NO_KEY = `error: No provider has an API key: set one or more of ${KEYS.join(', ')}.`

const TIMEOUT_MS = 20_000
const DAY_MS = 86_400_000
/** Default retention of events, and the period for which Stripe lists them: https://docs.stripe.com/api/events */
const LISTED_DAYS = 30

interface Options {
  since: Date
  repair?: boolean
  json?: boolean
}

export const reconcileCommand = () =>
  new Command('reconcile')
    .description('Find provider events that are missing from the inbox.')
    .addOption(
      new Option('--since <time>', 'start of the period: 30m, 24h, 7d or a date')
        .argParser(since)
        .default(since('3d'), '3d'),
    )
    .option('--repair', 'append missed events to the inbox, as if they had been delivered')
    .option('--json', 'print one JSON object')
    .addHelpText('after', HELP)
    .action(async ({ since, repair = false, json }: Options, command: Command) => {
      const apis = await openApis(process.env, TIMEOUT_MS)
      if (apis.length === 0) command.error(NO_KEY)
      if (isForgotten(since)) command.error(FORGOTTEN)
      const until = reconcileUntil()
      const { checked, missed, errors } = await withOwnerPool((pool) => ask(pool, apis, { since, until, repair }))
      const objects = missedObjects(missed)
      const repaired = repair ? missed.length : 0
      if (json) print(JSON.stringify({ since, until, checked, repaired, missed: objects }))
      else if (errors.length < apis.length || missed.length > 0) print(describe(checked, objects, repair))
      for (const error of errors) console.error(error)
      if (missed.length > 0) process.exitCode = EXIT.found
      if (errors.length > 0) process.exitCode = EXIT.failed
    })

const keptDays = (): number => Number(process.env['EVENT_RETENTION_DAYS'] || LISTED_DAYS)

/** A deleted event cannot be distinguished from a missed one and would be processed again. */
const isForgotten = (since: Date): boolean =>
  keptDays() < LISTED_DAYS && since.getTime() < Date.now() - keptDays() * DAY_MS

const FORGOTTEN = 'error: --since goes further back than events are kept here (EVENT_RETENTION_DAYS).'

function describe(checked: number, objects: MissedObject[], repair: boolean): string {
  const asked = checked === 1 ? '1 event' : `${checked} events`
  const count = objects.reduce((sum, { events }) => sum + events.length, 0)
  if (count === 0) return `Nothing was missed: ${asked} of the providers checked.`
  const rows = objects.map(({ provider, account, id, events }) => [
    provider,
    account ? `${id} of ${account}` : id,
    events.map((event) => `${event.type} ${event.id}`).join(', '),
  ])
  const ending = repair ? 'They are in the inbox now.' : 'Append them with --repair.'
  const were = count === 1 ? '1 of them was' : `${count} of them were`
  return `${table(['PROVIDER', 'OBJECT', 'MISSED'], rows)}\n\n${asked} checked, ${were} missed. ${ending}`
}
