import { EVENT_STATUSES } from '@sluice/database/inspect/events'
import { type Command, Option } from 'commander'
import type { TailOptions } from '../lib/events/tail.ts'
import { withReader } from '../lib/reader.ts'

const HELP = `
The same stream as the live view of the console. Each event is printed when it arrives and when it ends. Of more than fifty
in a second the newest are printed, and the others counted. It waits for a database that is unreachable, and then prints what
arrived meanwhile.

Examples:
  $ sluice tail --type 'invoice.*'
  $ sluice tail --status failed --json`

export const define = (command: Command): Command =>
  command
    .option('--provider <name>', 'only events of this provider')
    .option('--type <type>', 'only this type; a * at the end matches any suffix')
    .addOption(new Option('--status <status>', 'only events with this status').choices(EVENT_STATUSES))
    .option('--customer <id>', 'only events of this Stripe customer')
    .option('--json', 'print one JSON object for each event')
    .addHelpText('after', HELP)
    .action((options: TailOptions) =>
      withReader(async (pool) => (await import('../lib/events/tail.ts')).tail(pool, options)),
    )
