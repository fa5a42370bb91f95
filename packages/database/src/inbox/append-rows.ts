import type { VerifiedEvent } from '@sluice/events'
import type { Pool, PoolClient } from 'pg'
import { z } from 'zod'
import { parseRows } from '../sql/rows.ts'
import { cleanText, toJsonb } from '../sql/text.ts'

export interface Appended {
  /** The row's id; empty for a duplicate. */
  id: string
  /** Whether the event is in the inbox already, or occurs earlier in the same call. */
  duplicate: boolean
}

const Fresh = z.object({ id: z.string(), provider: z.string(), event_id: z.string() })

const COLUMNS =
  'provider, event_id, type, account, livemode, api_version, ordering_key, customer_id, subscription_id, occurred_at, headers, raw_body'
const COLUMN_COUNT = 12

/**
 * Appends events in one statement. Returns one result per event, in the order of `events`.
 *
 * @param silent whether they tell of the past, so that nobody gets a message because of them. An event that the inbox
 * has keeps what its row says.
 */
export async function appendRows(
  client: Pool | PoolClient,
  events: VerifiedEvent[],
  silent = false,
): Promise<Appended[]> {
  const { rows } = await client.query({
    ...insertOf(events.length, silent),
    values: [...events].sort(byKey).flatMap(toValues),
  })
  const fresh = new Map(parseRows(Fresh, rows).map((row) => [keyOf(row.provider, row.event_id), row.id]))
  return events.map((event) => {
    const key = keyOf(event.provider, event.eventId)
    const id = fresh.get(key)
    fresh.delete(key) // the same event twice in one group: the first is new, the second is not
    return id === undefined ? { id: '', duplicate: true } : { id, duplicate: false }
  })
}

/** Sorts the rows, so that two concurrent statements with the same events cannot deadlock. */
const byKey = (a: VerifiedEvent, b: VerifiedEvent): number =>
  keyOf(a.provider, a.eventId) < keyOf(b.provider, b.eventId) ? -1 : 1

const keyOf = (provider: string, eventId: string): string => `${provider}\n${eventId}`

/**
 * Cached so that pg, which compares the text with the statement prepared under the same name, compares identical
 * strings.
 */
const inserts = new Map<string, string>()

function insertOf(count: number, silent: boolean) {
  const name = `append_${silent ? 'silent_' : ''}${count}`
  const text = inserts.get(name) ?? insert(count, silent)
  inserts.set(name, text)
  return { name, text }
}

/** Only silent events name the column, because ingest may not write it. */
function insert(count: number, silent: boolean): string {
  const end = silent ? ', true' : ''
  const tuple = (row: number) =>
    `(${Array.from({ length: COLUMN_COUNT }, (_, column) => `$${row * COLUMN_COUNT + column + 1}`).join(', ')}${end})`
  const tuples = Array.from({ length: count }, (_, row) => tuple(row)).join(', ')
  return `INSERT INTO webhook_events (${COLUMNS}${silent ? ', silent' : ''}) VALUES ${tuples}
    ON CONFLICT (provider, event_id) DO NOTHING RETURNING id, provider, event_id`
}

const orNull = (text: string | null): string | null => (text === null ? null : cleanText(text))

function toValues(event: VerifiedEvent): unknown[] {
  return [
    event.provider,
    event.eventId,
    event.type,
    orNull(event.account),
    event.livemode,
    orNull(event.apiVersion),
    cleanText(event.orderingKey),
    orNull(event.customerId),
    orNull(event.subscriptionId),
    event.occurredAt,
    toJsonb(event.headers),
    event.rawBody,
  ]
}
