import { reconcileSince, reconcileUntil } from '@sluice/database/reconcile'
import { providers } from '@sluice/providers'
import { type OpenApi, openApis } from '@sluice/providers/apis'
import { type Command, Option } from 'commander'
import { EXIT } from '../lib/exit-codes.ts'
import { withOwnerPool } from '../lib/owner-pool.ts'
import { print } from '../lib/print.ts'
import { ask } from '../lib/reconcile/ask.ts'
import { type AskedForOne, askForOne } from '../lib/reconcile/ask-for-one.ts'
import { type MissedObject, missedObjects } from '../lib/reconcile/missed-objects.ts'
import { recordAction } from '../lib/record-action.ts'
import { SINCE, since } from '../lib/since.ts'
import { table, toJson } from '../lib/table.ts'

const HELP = `
Fetches events, and the state of subscriptions whose period is over, from Stripe (STRIPE_API_KEY), and the state of
predictions without a final event from Replicate (REPLICATE_API_TOKEN). Lists what the inbox does not have. Stripe lists
the last 30 days; an event younger than five minutes may still be in transit and is left out. A restricted key must be
allowed to read events and subscriptions, and should be to read webhook endpoints. With --repair missed events are
appended to the inbox, where workers find them within seconds.
What happened before the webhook endpoint existed was never sent. It is listed as well, and recorded without e-mail,
documents or messages: rows and ledger are right, and nobody hears of the past. Without leave to read webhook endpoints,
that is what happened before the first webhook came here.
With ids, only these events are asked for and recorded, however young they are.
The exit code is 3 if something was missed, 1 if an API failed or has no such event. Workers with the keys do the same every
day, for the last three days.

Examples:
  $ sluice reconcile
  $ sluice reconcile --since 7d --repair
  $ sluice reconcile evt_1 evt_2
  $ sluice reconcile --since 2030-01-31 --json | jq -r '.missed[].id'`

const KEYS = providers.flatMap(({ api }) => api?.keyVariable ?? [])
const NO_KEY = `error: No provider has an API key: set one or more of ${KEYS.join(', ')}.`

const TIMEOUT_MS = 20_000
const DAY_MS = 86_400_000
/** Default retention of events, and the period for which Stripe lists them: https://docs.stripe.com/api/events */
const LISTED_DAYS = 30

interface Options {
  since?: Date
  repair?: boolean
  json?: boolean
}

export const define = (command: Command): Command =>
  command
    .argument(
      '[ids...]',
      'events of Stripe (evt_…) or predictions of Replicate, which are recorded if they were missed',
    )
    .addOption(
      new Option('--since <time>', `start of the period: ${SINCE} (default: 3d)`).argParser((text: string) =>
        since(text),
      ),
    )
    .option('--repair', 'append missed events to the inbox, as if they had been delivered')
    .option('--json', 'print one JSON object')
    .addHelpText('after', HELP)
    .action(async (ids: string[], options: Options, command: Command) => {
      if (ids.length > 0 && options.since) command.error('error: Give either ids or --since.')
      const apis = await openApis(process.env, TIMEOUT_MS)
      if (apis.length === 0) command.error(NO_KEY)
      if (options.since && isForgotten(options.since)) command.error(FORGOTTEN)
      await (ids.length > 0 ? reconcileIds(apis, ids, options) : reconcilePeriod(apis, options))
    })

async function reconcilePeriod(apis: OpenApi[], { repair = false, json, ...options }: Options): Promise<void> {
  const { since = reconcileSince(keptDays()) } = options
  const until = reconcileUntil()
  const { checked, missed, errors } = await withOwnerPool((pool) =>
    recordAction(
      pool,
      'reconcile',
      { since, until, repair },
      () => ask(pool, apis, { since, until, repair }),
      ({ checked, missed, errors }) => ({
        state: errors.length > 0 ? 'failed' : 'done',
        ...{
          done: checked,
          total: checked,
          result: { checked, missed: missed.length, repaired: repair ? missed.length : 0 },
        },
      }),
    ),
  )
  const objects = missedObjects(missed)
  const repaired = repair ? missed.length : 0
  if (json) print(JSON.stringify({ since, until, checked, repaired, missed: objects }))
  else if (errors.length < apis.length || missed.length > 0) print(describe(checked, objects, repair))
  for (const error of errors) console.error(error)
  if (missed.length > 0) process.exitCode = EXIT.found
  if (errors.length > 0) process.exitCode = EXIT.failed
}

async function reconcileIds(apis: OpenApi[], ids: string[], { json }: Options): Promise<void> {
  const asked = await withOwnerPool((pool) => {
    const askForAll = async () => {
      const answers: AskedForOne[] = []
      for (const id of new Set(ids)) answers.push(await askForOne(pool, apis, id))
      return answers
    }
    return recordAction(pool, 'reconcile', { ids }, askForAll, (answers) => ({
      state: answers.every(({ outcome }) => isGood(outcome)) ? 'done' : 'failed',
      ...{ done: answers.length, total: ids.length },
      result: { events: answers.map(({ id, outcome }) => ({ id, outcome })) },
    }))
  })
  if (json) print(toJson({ events: asked.map(({ says, ...one }) => ({ ...one, says: says[0] })) }))
  else for (const { outcome, says } of asked) (isGood(outcome) ? print : console.error)(says.join('\n'))
  if (asked.some(({ outcome }) => outcome === 'recorded')) process.exitCode = EXIT.found
  if (asked.some(({ outcome }) => !isGood(outcome))) process.exitCode = EXIT.failed
}

const isGood = (outcome: AskedForOne['outcome']): boolean => ['known', 'recorded', 'unfinished'].includes(outcome)

const keptDays = (): number => Number(process.env['EVENT_RETENTION_DAYS'] || LISTED_DAYS)

/** A deleted event cannot be distinguished from a missed one and would be processed again. */
const isForgotten = (since: Date): boolean =>
  keptDays() < LISTED_DAYS && since.getTime() < Date.now() - keptDays() * DAY_MS

const FORGOTTEN = 'error: --since goes further back than events are kept here (EVENT_RETENTION_DAYS).'

function describe(checked: number, objects: MissedObject[], repair: boolean): string {
  const asked = checked === 1 ? '1 event' : `${checked} events`
  const events = objects.flatMap((object) => object.events)
  if (events.length === 0) return `Nothing was missed: ${asked} of the providers checked.`
  const rows = objects.map(({ provider, account, id, events }) => [
    provider,
    account ? `${id} of ${account}` : id,
    events.map((event) => `${event.type} ${event.id}${event.silent ? ' (past)' : ''}`).join(', '),
  ])
  const past = events.filter(({ silent }) => silent).length
  const lines = [
    `${asked} checked, ${counted(events.length)} missed. ${repair ? 'They are in the inbox now.' : 'Append them with --repair.'}`,
    ...(past > 0 ? [`${counted(past)} not sent here (past): no endpoint existed yet. Recorded without e-mail.`] : []),
  ]
  return `${table(['PROVIDER', 'OBJECT', 'MISSED'], rows)}\n\n${lines.join('\n')}`
}

const counted = (count: number): string => (count === 1 ? '1 of them was' : `${count} of them were`)
