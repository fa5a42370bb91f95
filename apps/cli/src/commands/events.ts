import { type PrismaClient, prismaOf } from '@sluice/database/client'
import { eventsAbout } from '@sluice/database/find'
import { providers } from '@sluice/providers'
import { Command, Option } from 'commander'
import type { Pool } from 'pg'
import { listDeadLetters } from '../lib/dead-letters.ts'
import { EXIT } from '../lib/exit-codes.ts'
import { wholeNumber } from '../lib/options.ts'
import { oneLine, print } from '../lib/print.ts'
import { withReader } from '../lib/reader.ts'
import { since } from '../lib/since.ts'
import { table, toJson } from '../lib/table.ts'

interface ListOptions {
  status?: string
  type?: string
  customer?: string
  since?: Date
  limit: number
  dead?: boolean
  json?: boolean
}

interface ShowOptions {
  body?: boolean
  json?: boolean
}

const STATUSES = ['received', 'processed', 'ignored', 'failed']

export const define = (command: Command): Command =>
  command
    .addOption(new Option('--status <status>', 'only events with this status').choices(STATUSES))
    .option('--type <type>', 'only this type; a * at the end matches any suffix')
    .option('--customer <id>', 'only events of this Stripe customer')
    .option('--since <time>', 'received since this time: 30m, 24h, 7d or a date', since)
    .addOption(
      new Option(
        '--dead',
        'only dead letters, of events and of effects; the exit code is 3 if there are any',
      ).conflicts(['status', 'customer']),
    )
    .option('--limit <n>', 'maximum number of events to print', wholeNumber, 50)
    .option('--json', 'print one JSON object for each event')
    .action((options: ListOptions) =>
      withReader((pool) => (options.dead ? listDeadLetters(pool, options) : list(prismaOf(pool), options))),
    )
    .addCommand(showCommand())

const showCommand = () =>
  new Command('show')
    .description('Show one event and its results: dead letters, effects, payments. Of an object, list its events.')
    .argument('<id>', "the provider's event id, the id of the row, or the id of an object: cus_…, in_…, a prediction")
    .option('--body', 'also print the recorded body, which may contain personal data')
    .option('--json', 'print one JSON object')
    .action((id: string, _options: ShowOptions, command: Command) =>
      // The parent command also has `--json` and consumes it first.
      withReader((pool) => show(pool, id, command.optsWithGlobals<ShowOptions>())),
    )

async function list(reader: PrismaClient, { status, type, customer, since, limit, json }: ListOptions) {
  const rows = await reader.webhookEvent.findMany({
    where: {
      ...(status && { status }),
      ...(type && { type: type.endsWith('*') ? { startsWith: type.slice(0, -1) } : type }),
      ...(customer && { customerId: customer }),
      ...(since && { receivedAt: { gte: since } }),
    },
    omit: { rawBody: true, headers: true },
    orderBy: { id: 'desc' },
    take: limit,
  })
  printRows(rows, json)
}

function printRows(rows: Row[], json: boolean | undefined): void {
  if (json) for (const row of rows) print(toJson(row))
  else if (rows.length === 0) print('No event matches.')
  else print(table(HEADINGS, rows.map(cellsOf)))
}

const HEADINGS = ['RECEIVED', 'STATUS', 'FAILURES', 'PROVIDER', 'TYPE', 'ID', 'ERROR']

interface Row {
  receivedAt: Date
  status: string
  attempts: number
  provider: string
  type: string
  eventId: string
  error: string | null
}

const cellsOf = ({ receivedAt, status, attempts, provider, type, eventId, error }: Row): string[] => [
  receivedAt.toISOString(),
  status,
  String(attempts),
  provider,
  type,
  eventId,
  error ?? '',
]

async function show(pool: Pool, id: string, options: ShowOptions): Promise<void> {
  const reader = prismaOf(pool)
  const row = await findEvent(reader, id)
  if (row) return showRow(reader, row, options)
  const about = await eventsAbout(pool, id, LISTED_MAX)
  const [only] = about
  if (about.length === 1 && only !== undefined) return show(pool, String(only), options)
  if (about.length > 1) return listRows(reader, about, options)
  console.error(`There is no event ${oneLine(id)}. List events with: sluice events`)
  process.exitCode = EXIT.failed
}

/** Of an object with more events, the newest are listed. */
const LISTED_MAX = 50

async function listRows(reader: PrismaClient, ids: bigint[], { json }: ShowOptions): Promise<void> {
  const omit = { rawBody: true, headers: true } as const
  const rows = await reader.webhookEvent.findMany({ where: { id: { in: ids } }, omit, orderBy: { id: 'desc' } })
  printRows(rows, json)
}

async function showRow(
  reader: PrismaClient,
  row: NonNullable<Awaited<ReturnType<typeof findEvent>>>,
  { body, json }: ShowOptions,
): Promise<void> {
  const { rawBody, ...event } = row
  const caused = { where: { webhookEventId: row.id } }
  const shown = {
    event: { ...event, bodyBytes: rawBody?.length ?? null },
    deadLetters: await reader.webhookDeadLetter.findMany({
      where: { provider: row.provider, eventId: row.eventId },
      omit: { rawBody: true },
      orderBy: { id: 'asc' },
    }),
    effects: await reader.outboxMessage.findMany(caused),
    payments: await reader.payment.findMany(caused),
    ...(body && { body: rawBody === null ? null : Buffer.from(rawBody).toString() }),
  }
  print(json ? toJson(shown) : describe(shown))
}

async function findEvent(reader: PrismaClient, id: string) {
  // The index begins with the provider.
  const provider = { in: providers.map(({ name }) => name) }
  const byProvider = await reader.webhookEvent.findFirst({ where: { provider, eventId: id } })
  if (byProvider || !/^\d{1,18}$/.test(id)) return byProvider
  return reader.webhookEvent.findUnique({ where: { id: BigInt(id) } })
}

/** `event` with a line for each column, then a block for each non-empty list. */
function describe(shown: Record<string, unknown>): string {
  return Object.entries(shown)
    .filter(([, value]) => !Array.isArray(value) || value.length > 0)
    .map(([name, value]) => `${name}\n${[value].flat().map(describeRow).join('\n\n')}`)
    .join('\n\n')
}

function describeRow(row: unknown): string {
  if (typeof row !== 'object' || row === null) return String(row)
  return Object.entries(row)
    .filter(([, value]) => value !== null)
    .map(
      ([name, value]) =>
        `  ${name.padEnd(16)} ${typeof value === 'string' ? oneLine(value) : toJson(value).replaceAll('"', '')}`,
    )
    .join('\n')
}
