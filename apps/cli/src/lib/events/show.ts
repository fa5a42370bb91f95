import { type PrismaClient, prismaOf } from '@sluice/database/client'
import { eventsAbout } from '@sluice/database/find'
import { listEvents } from '@sluice/database/inspect/events'
import { providers } from '@sluice/providers'
import type { Pool } from 'pg'
import { describeLife } from '../describe-life.ts'
import { EXIT } from '../exit-codes.ts'
import { readLife } from '../life.ts'
import { oneLine, print } from '../print.ts'
import { readSettings } from '../settings.ts'
import { toJson } from '../table.ts'
import { printRows } from './rows.ts'

interface ShowOptions {
  body?: boolean
  json?: boolean
}

/** Of an object with more events, the newest are listed. */
const LISTED_MAX = 50

/** Shows the event with this id; of an object, its only event, or a list. */
export async function show(pool: Pool, id: string, options: ShowOptions): Promise<void> {
  const reader = prismaOf(pool)
  const row = await findId(reader, id)
  if (row) return showRow(pool, row.id, options)
  const about = await eventsAbout(pool, id, LISTED_MAX)
  const [only] = about
  if (about.length === 1 && only !== undefined) return showRow(pool, only, options)
  if (about.length > 1)
    return printRows(await listEvents(pool, {}, { ids: about.map(String), limit: LISTED_MAX }), options.json)
  console.error(`There is no event ${oneLine(id)}. List events with: sluice events`)
  process.exitCode = EXIT.failed
}

async function findId(reader: PrismaClient, id: string) {
  const select = { id: true }
  // The index begins with the provider.
  const provider = { in: providers.map(({ name }) => name) }
  const byProvider = await reader.webhookEvent.findFirst({ where: { provider, eventId: id }, select })
  if (byProvider || !/^\d{1,18}$/.test(id)) return byProvider
  return reader.webhookEvent.findUnique({ where: { id: BigInt(id) }, select })
}

async function showRow(pool: Pool, id: bigint, { body, json }: ShowOptions): Promise<void> {
  const { rawBody, headers: _, ...event } = await findRow(prismaOf(pool), id)
  const life = await readLife(pool, event, readSettings())
  const text = rawBody === null ? null : Buffer.from(rawBody).toString()
  if (json) {
    const { status: _status, attempts: _attempts, error: _error, waitingFor: _waitingFor, ...rows } = life
    const shown = { event: { ...event, bodyBytes: rawBody?.length ?? null }, ...rows, ...(body && { body: text }) }
    return print(toJson(shown))
  }
  const lines = [describeEvent(event), '', ...describeLife(life, { all: true })]
  print([...lines, ...(body ? ['', text ?? 'The body is erased.'] : [])].join('\n'))
}

const findRow = (reader: PrismaClient, id: bigint) => reader.webhookEvent.findUniqueOrThrow({ where: { id } })

type EventRow = Omit<Awaited<ReturnType<typeof findRow>>, 'rawBody' | 'headers'>

/** A line for each column that tells something about the event itself. */
function describeEvent(event: EventRow): string {
  const { provider, eventId, type, account, livemode, customerId, occurredAt, receivedAt, silent } = event
  const columns = {
    event: `${provider} ${eventId}`,
    type,
    account,
    mode: livemode === null ? null : livemode ? 'live' : 'test',
    customer: customerId,
    occurred: occurredAt?.toISOString(),
    received: receivedAt.toISOString(),
    silent: silent ? 'it is of the past, so nobody is notified' : null,
    row: String(event.id),
  }
  return Object.entries(columns)
    .flatMap(([name, value]) => (value ? [`  ${name.padEnd(12)}  ${oneLine(value)}`] : []))
    .join('\n')
}
