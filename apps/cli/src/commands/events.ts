import { EVENT_STATUSES, listEvents } from '@sluice/database/inspect/events'
import type { Pool } from '@sluice/database/pool'
import { Command, Option } from 'commander'
import { type Filter, printRows } from '../lib/events/rows.ts'
import { wholeNumber } from '../lib/options.ts'
import { withReader } from '../lib/reader.ts'
import { SINCE, since } from '../lib/since.ts'

interface ListOptions extends Filter {
  limit: number
  dead?: boolean
  follow?: boolean
  json?: boolean
}

const NONE = 'No event matches.'

export const define = (command: Command): Command =>
  command
    .addOption(new Option('--status <status>', 'only events with this status').choices(EVENT_STATUSES))
    .option('--type <type>', 'only this type; a * at the end matches any suffix')
    .option('--customer <id>', 'only events of this Stripe customer')
    .option('--since <time>', `received since this time: ${SINCE}`, (text: string) => since(text))
    .addOption(
      new Option(
        '--dead',
        'only dead letters, of events and of effects; the exit code is 3 if there are any',
      ).conflicts(['status', 'customer', 'follow']),
    )
    .option('--follow', 'print the latest, then each event as it arrives and when its status changes, until Ctrl-C')
    .option('--limit <n>', 'maximum number of events to print', wholeNumber, 50)
    .option('--json', 'print one JSON object for each event')
    .action((options: ListOptions) => withReader((pool) => run(pool, options)))
    .addCommand(showCommand())
    .addCommand(typesCommand())

async function run(pool: Pool, options: ListOptions): Promise<void> {
  if (options.dead) return (await import('../lib/dead-letters.ts')).listDeadLetters(pool, options)
  if (options.follow) return (await import('../lib/events/follow.ts')).followEvents(pool, options)
  const { limit, dead: _dead, follow: _follow, json, ...filter } = options
  const { customer } = filter
  const none =
    customer?.startsWith('cus_') === false ? `${NONE} sluice find ${customer} looks for any id or address.` : NONE
  printRows(await listEvents(pool, filter, { limit }), json, none)
}

const showCommand = () =>
  new Command('show')
    .description('Show one event and what became of it: user, payments, e-mail, files. Of an object, list its events.')
    .argument('<id>', "the provider's event id, the id of the row, or the id of an object: cus_…, in_…, a prediction")
    .option('--body', 'also print the recorded body, which may contain personal data')
    .option('--json', 'print one JSON object')
    .action((id: string, _options: object, command: Command) =>
      // The parent command also has `--json` and consumes it first.
      withReader(async (pool) => (await import('../lib/events/show.ts')).show(pool, id, command.optsWithGlobals())),
    )

const typesCommand = () =>
  new Command('types')
    .description('List the event types that have a handler.')
    .option('--json', 'print one JSON object')
    .action(async (_options: object, command: Command) =>
      (await import('../lib/events/types.ts')).printTypes(command.optsWithGlobals()),
    )
