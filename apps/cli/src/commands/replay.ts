import type { OwnEnd } from '@sluice/database/actions/run'
import type { Pool } from '@sluice/database/pool'
import { countByTable, moneyOf, type Replayed, type ReplayFilter, runReplay } from '@sluice/database/replay'
import { EMAIL_KINDS } from '@sluice/emails'
import { type OpenApi, openApis } from '@sluice/providers/apis'
import { type Command, InvalidArgumentError } from 'commander'
import { EXIT } from '../lib/exit-codes.ts'
import { withOwnerPool } from '../lib/owner-pool.ts'
import { print } from '../lib/print.ts'
import { createProgress } from '../lib/progress.ts'
import { recordAction } from '../lib/record-action.ts'
import { describeDeleted, describeErased, describeMerged, describePreview } from '../lib/replay/describe.ts'
import { fetchBodies, traceOldEvents } from '../lib/replay/prepare.ts'
import { preview } from '../lib/replay/preview.ts'
import { readPreviewRules } from '../lib/replay/preview-rules.ts'
import { SINCE, since } from '../lib/since.ts'
import { toJson } from '../lib/table.ts'

const HELP = `
A replay is a revision: what an event said before is withdrawn, and what it says now takes its place. Each row that the
event touched, or touches now, is made again from all recorded events about it, together with the refunds, disputes,
charges and payments that belong to it. A row of which no event speaks any more is deleted; rows of the host application
stay. The ledger never changes a row: a difference is booked as one correction, once it is final.
E-mail and other effects that were done are not repeated. --resend asks for kinds of e-mail again, with documents as they
are now: for all matching events or, if the command is interrupted, for none. Options narrow each other down.

An event whose body was erased, or that retention has deleted, cannot be replayed, and a row that it touched is only
merged into. With STRIPE_API_KEY, erased bodies are fetched from Stripe first, which keeps events for 30 days.

With --dry-run, the handlers of this version process the events in a transaction that is rolled back. The command
counts the rows that would change; --diff lists them. It also lists sums of money, messages that went out and would be
different, and events that cannot be read any more. Nothing is written, sent or enqueued. New rows of outbox_messages are
effects that would run. Personal data is not shown. Thin events are left out, because they only name another object. Set
LIVEMODE, STRIPE_ACCOUNTS, STRIPE_EVENT_TYPES and PAST_DUE_IS_ACTIVE as for the worker. Workers wait for the rows that
would change, at most 15 seconds at a time. The command stops if a worker has locked a row that it needs.
The exit code is 3 if something would change or fail.

Examples:
  $ sluice replay evt_1 evt_2
  $ sluice replay --since 24h --type 'invoice.*'
  $ sluice replay --customer cus_1 --dry-run --diff
  $ sluice replay --since 2030-01-31T08:00Z --until 2030-01-31T09:00Z --dry-run --diff
  $ sluice replay --customer cus_1 --type invoice.paid --resend receipt
  $ sluice replay evt_1 --dry-run --diff --json | jq '.rows[].key'`

interface Options extends Omit<ReplayFilter, 'ids'> {
  resend?: string[]
  dryRun?: boolean
  diff?: boolean
  json?: boolean
}

const TIMEOUT_MS = 20_000

export const define = (command: Command): Command =>
  command
    .argument('[ids...]', 'event ids of the provider')
    .option('--since <time>', `received since this time: ${SINCE}`, (text: string) => since(text))
    .option('--until <time>', 'received until this time, in the same form', (text: string) => since(text))
    .option('--type <type>', 'only this type; a * at the end matches any suffix')
    .option('--customer <id>', 'only events of this Stripe customer')
    .option('--prediction <id>', 'only events of this prediction')
    .option('--dry-run', 'change nothing; print what would change')
    .option('--diff', 'with --dry-run: list each row and column that would change')
    .option('--resend <kinds>', 'send these kinds of e-mail again, comma-separated: receipt,invoice', emailKinds)
    .option('--json', 'print one JSON object')
    .addHelpText('after', HELP)
    .action(async (ids: string[], { dryRun, diff = false, json = false, resend, ...narrowed }: Options, command) => {
      const isNarrowed = Object.keys(narrowed).length > 0
      if (ids.length > 0 === isNarrowed)
        command.error('error: Give either ids, or at least one of --since, --until, --type, --customer, --prediction.')
      if (diff && !dryRun) command.error('error: --diff requires --dry-run.')
      if (resend && dryRun) command.error('error: --resend cannot be previewed.')
      const filter = ids.length > 0 ? { ids } : narrowed
      const apis = await openApis(process.env, TIMEOUT_MS)
      const found = dryRun ? await show(filter, apis, diff, json) : await reopen(filter, apis, resend, json)
      if (found < ids.length) process.exitCode ??= EXIT.failed
    })

function emailKinds(text: string): string[] {
  const kinds = text.split(',').map((kind) => kind.trim())
  const unknown = kinds.find((kind) => !(EMAIL_KINDS as readonly string[]).includes(kind))
  if (unknown === undefined) return kinds
  throw new InvalidArgumentError(`There is no e-mail ${unknown}. The kinds are ${EMAIL_KINDS.join(', ')}.`)
}

async function reopen(
  filter: ReplayFilter,
  apis: OpenApi[],
  resend: string[] | undefined,
  json: boolean,
): Promise<number> {
  const { replayed, restored, erased, deletedBefore, merged } = await withOwnerPool((pool) =>
    recordAction(pool, 'replay', { ...filter, ...(resend && { resend }) }, () => run(pool), endOf),
  )
  const lines = [describe(replayed), describeMerged(merged), describeErased(erased), describeDeleted(deletedBefore)]
  if (json) print(toJson({ replayed, restored, erased: erased.map(({ eventId }) => eventId), merged, deletedBefore }))
  else print(lines.filter((line) => line !== '').join('\n'))
  return replayed

  async function run(pool: Pool): Promise<Replayed> {
    const rules = readPreviewRules()
    await traceOldEvents(pool, rules)
    let finish = () => {}
    const done = await runReplay(pool, filter, rules, {
      fetchBodies: (events) => fetchBodies(events, apis),
      begin: (events) => {
        const progress = createProgress(events)
        if (events > 0) finish = progress.finish
        return { ...progress, ...(resend && { resend }) }
      },
    })
    finish()
    return done
  }
}

const endOf = ({ replayed, restored, erased, merged }: Replayed): OwnEnd => ({
  ...{ state: 'done', done: replayed, total: replayed },
  result: { replayed, restored, erased: erased.length, merged },
})

async function show(filter: ReplayFilter, apis: OpenApi[], diff: boolean, json: boolean): Promise<number> {
  const found = await withOwnerPool((pool) => preview(pool, filter, apis))
  const { events, rows, failures, sent, kept, erased, deletedBefore } = found
  const tables = countByTable(rows)
  const money = moneyOf(rows)
  const gone = erased.map(({ eventId }) => eventId)
  if (json)
    print(toJson({ events, tables, money, failures, sent, kept, erased: gone, deletedBefore, ...(diff && { rows }) }))
  else print(describePreview(found, diff))
  if (rows.length + failures.length > 0) process.exitCode = EXIT.found
  return events
}

function describe(replayed: number): string {
  if (replayed === 0) return 'No finished event with a body matches.'
  return replayed === 1 ? '1 event will be processed again.' : `${replayed} events will be processed again.`
}
