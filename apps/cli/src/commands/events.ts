import { type PrismaClient, prismaOf } from '@sluice/database/client'
import { connect } from '@sluice/database/pool'
import { Command, Option } from 'commander'
import { EXIT } from '../lib/exit-codes.ts'
import { wholeNumber } from '../lib/options.ts'
import { oneLine, print } from '../lib/print.ts'
import { readSettings, requireSetting } from '../lib/settings.ts'
import { since } from '../lib/since.ts'
import { table, toJson } from '../lib/table.ts'

interface ListOptions {
  status?: string
  type?: string
  customer?: string
  since?: Date
  limit: number
  json?: boolean
}

interface ShowOptions {
  body?: boolean
  json?: boolean
}

const STATUSES = ['received', 'processed', 'ignored', 'failed']

export const eventsCommand = () =>
  new Command('events')
    .description('List events in the inbox, newest first.')
    .addOption(new Option('--status <status>', 'only events with this status').choices(STATUSES))
    .option('--type <type>', 'only this type; a * at the end matches any suffix')
    .option('--customer <id>', 'only events of this Stripe customer')
    .option('--since <time>', 'received since this time: 30m, 24h, 7d or a date', since)
    .option('--limit <n>', 'maximum number of events to print', wholeNumber, 50)
    .option('--json', 'print one JSON object for each event')
    .action((options: ListOptions) => withReader((reader) => list(reader, options)))
    .addCommand(showCommand())

const showCommand = () =>
  new Command('show')
    .description('Show one event and its results: dead letters, effects, payments.')
    .argument('<id>', "the provider's event id, or the id of the row")
    .option('--body', 'also print the recorded body, which may contain personal data')
    .option('--json', 'print one JSON object')
    .action((id: string, _options: ShowOptions, command: Command) =>
      // The parent command also has `--json` and consumes it first.
      withReader((reader) => show(reader, id, command.optsWithGlobals<ShowOptions>())),
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

async function show(reader: PrismaClient, id: string, { body, json }: ShowOptions): Promise<void> {
  const row = await findEvent(reader, id)
  if (!row) {
    console.error(`There is no event ${id}. List events with: sluice events`)
    process.exitCode = EXIT.failed
    return
  }
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
  const byProvider = await reader.webhookEvent.findFirst({ where: { eventId: id } })
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

async function withReader(use: (reader: PrismaClient) => Promise<void>): Promise<void> {
  const settings = readSettings()
  const url = settings.boardDatabaseUrl ?? requireSetting(settings, 'databaseUrl')
  const pool = connect(url, { max: 2, applicationName: 'sluice-cli' })
  try {
    await use(prismaOf(pool))
  } finally {
    await pool.end()
  }
}
