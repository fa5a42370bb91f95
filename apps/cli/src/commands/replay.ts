import { type ReplayFilter, replay } from '@sluice/database/replay'
import type { Command } from 'commander'
import { EXIT } from '../lib/exit-codes.ts'
import { withOwnerPool } from '../lib/owner-pool.ts'
import { print } from '../lib/print.ts'
import { countByTable, describePreview } from '../lib/replay/describe.ts'
import { preview } from '../lib/replay/preview.ts'
import { since } from '../lib/since.ts'
import { toJson } from '../lib/table.ts'

const HELP = `
An event whose body was erased cannot be replayed.

With --dry-run, the handlers of this version process the events in a transaction that is rolled back. The command
counts the rows that would change; --diff lists them. Nothing is written, sent or enqueued. New rows of
outbox_messages are effects that would run. Personal data is not shown. Thin events are left out, because they only
name another object. Set LIVEMODE, STRIPE_ACCOUNTS, STRIPE_EVENT_TYPES and PAST_DUE_IS_ACTIVE as for the worker.
Workers wait for the rows that would change. The command stops if it would lock them for more than 15 seconds, or if a
worker has locked a row that it needs.
The exit code is 3 if something would change or fail.

Examples:
  $ sluice replay evt_1 evt_2
  $ sluice replay --since 24h
  $ sluice replay --since 24h --dry-run
  $ sluice replay --since 2030-01-31T08:00Z --until 2030-01-31T09:00Z --dry-run --diff
  $ sluice replay evt_1 --dry-run --diff --json | jq '.rows[].key'`

interface Options extends Pick<ReplayFilter, 'since' | 'until'> {
  dryRun?: boolean
  diff?: boolean
  json?: boolean
}

export const define = (command: Command): Command =>
  command
    .argument('[ids...]', 'event ids of the provider')
    .option('--since <time>', 'received since this time: 30m, 24h, 7d or a date', since)
    .option('--until <time>', 'received until this time, in the same form', since)
    .option('--dry-run', 'change nothing; print what would change')
    .option('--diff', 'with --dry-run: list each row and column that would change')
    .option('--json', 'print one JSON object')
    .addHelpText('after', HELP)
    .action(async (ids: string[], { since, until, ...how }: Options, command: Command) => {
      if (ids.length > 0 === (since !== undefined)) command.error('error: Give either ids or --since.')
      if (until && !since) command.error('error: --until requires --since.')
      if (how.diff && !how.dryRun) command.error('error: --diff requires --dry-run.')
      const filter = since ? { since, ...(until && { until }) } : { ids }
      const found = how.dryRun ? await show(filter, how) : await reopen(filter, how)
      if (found < ids.length) process.exitCode ??= EXIT.failed
    })

async function reopen(filter: ReplayFilter, { json }: Options): Promise<number> {
  const { replayed } = await withOwnerPool((pool) => replay(pool, filter))
  print(json ? JSON.stringify({ replayed }) : describe(replayed))
  return replayed
}

async function show(filter: ReplayFilter, { diff = false, json }: Options): Promise<number> {
  const found = await withOwnerPool((pool) => preview(pool, filter))
  const { events, rows, failures } = found
  if (json) print(toJson({ events, tables: countByTable(rows), failures, ...(diff && { rows }) }))
  else print(describePreview(found, diff))
  if (rows.length + failures.length > 0) process.exitCode = EXIT.found
  return events
}

function describe(replayed: number): string {
  if (replayed === 0) return 'No finished event with a body matches.'
  return replayed === 1 ? '1 event will be processed again.' : `${replayed} events will be processed again.`
}
