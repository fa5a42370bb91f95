import { Command, Option } from 'commander'
import { EXIT } from '../lib/exit-codes.ts'
import { withOwnerPool } from '../lib/owner-pool.ts'
import { openApis } from '../lib/reconcile/apis.ts'
import { ask } from '../lib/reconcile/ask.ts'
import { type MissedObject, missedObjects } from '../lib/reconcile/missed-objects.ts'
import { since } from '../lib/since.ts'
import { table } from '../lib/table.ts'

const HELP = `
Asks Stripe (STRIPE_API_KEY) for its events, and how subscriptions stand whose period is over; Replicate
(REPLICATE_API_TOKEN) how the predictions ended that wait for their end. Names what the inbox has nothing of. Stripe lists
the last 30 days; what is younger than five minutes may still be on its way, and is left out. A restricted key must be
allowed to read events, webhook endpoints and subscriptions. With --repair what was missed goes into the inbox, where
workers find it within seconds. The exit code is 3 when something was missed. Workers that have the keys do the same every
day, for the last three days.

Examples:
  $ sluice reconcile
  $ sluice reconcile --since 7d --repair
  $ sluice reconcile --since 2030-01-31 --json | jq -r '.missed[].id'`

const NO_KEY = 'error: There is nobody to ask: set STRIPE_API_KEY, REPLICATE_API_TOKEN, or both.'

const ON_ITS_WAY_MS = 5 * 60_000
const DAY_MS = 86_400_000
/** How far back Stripe lists events: https://docs.stripe.com/api/events */
const LISTED_DAYS = 30

interface Options {
  since: Date
  repair?: boolean
  json?: boolean
}

export const reconcileCommand = () =>
  new Command('reconcile')
    .description('Ask the providers what was missed: what they sent, or meant to, and the inbox does not have.')
    .addOption(
      new Option('--since <time>', 'from then on: 30m, 24h, 7d or a date').argParser(since).default(since('3d'), '3d'),
    )
    .option('--repair', 'take in what was missed, as though it had been delivered')
    .option('--json', 'print one JSON object')
    .addHelpText('after', HELP)
    .action(async ({ since, repair = false, json }: Options, command: Command) => {
      const apis = openApis()
      if (!apis.stripe && !apis.replicate) command.error(NO_KEY)
      if (isForgotten(since)) command.error(FORGOTTEN)
      const until = new Date(Date.now() - ON_ITS_WAY_MS)
      const { checked, missed } = await withOwnerPool((pool) => ask(pool, apis, { since, until, repair }))
      const objects = missedObjects(missed)
      const repaired = repair ? missed.length : 0
      if (json) console.log(JSON.stringify({ since, until, checked, repaired, missed: objects }))
      else console.log(describe(checked, objects, repair))
      if (missed.length > 0) process.exitCode = EXIT.found
    })

const keptDays = (): number => Number(process.env['EVENT_RETENTION_DAYS'] || LISTED_DAYS)

/** Of what retention deleted nobody can tell whether it was missed: taken in again, it would be done again. */
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
  const ending = repair ? 'Now they are in the inbox.' : 'Take them in with --repair.'
  const were = count === 1 ? '1 of them was' : `${count} of them were`
  return `${table(['PROVIDER', 'OBJECT', 'MISSED'], rows)}\n\n${asked} checked, ${were} missed. ${ending}`
}
