import type { Pool } from 'pg'
import { z } from 'zod'
import { queryRows } from '../sql/rows.ts'
import { candidatesOf } from './candidates.ts'
import { EVENT_STATUSES, type EventFilter } from './filter.ts'
import { type IdRange, idsReceived } from './moment.ts'
import { createParameters, type Parameters } from './parameters.ts'

export { EVENT_STATUSES, type EventFilter } from './filter.ts'

export interface EventPage {
  limit: number
  /** Only rows with a smaller id: the last one of the page before. */
  before?: string | undefined
  /** Only rows with a larger id. */
  after?: string | undefined
  /** Only these rows. */
  ids?: string[] | undefined
  /** Default: newest first. */
  oldestFirst?: boolean | undefined
}

/** A row of the inbox without its body and headers. */
export const EventRow = z.object({
  id: z.string(),
  provider: z.string(),
  eventId: z.string(),
  type: z.string(),
  account: z.string().nullable(),
  livemode: z.boolean().nullable(),
  apiVersion: z.string().nullable(),
  customerId: z.string().nullable(),
  subscriptionId: z.string().nullable(),
  status: z.string(),
  attempts: z.number(),
  error: z.string().nullable(),
  waitingFor: z.string().nullable(),
  silent: z.boolean(),
  occurredAt: z.date().nullable(),
  receivedAt: z.date(),
  processedAt: z.date().nullable(),
})

export type EventRow = z.infer<typeof EventRow>

/** Columns of an `EventRow`, of `webhook_events e`. */
export const EVENT_COLUMNS = `e.id::text AS id, e.provider, e.event_id AS "eventId", e.type, e.account, e.livemode,
  e.api_version AS "apiVersion", e.customer_id AS "customerId", e.subscription_id AS "subscriptionId", e.status, e.attempts,
  e.error, e.waiting_for AS "waitingFor", e.silent, e.occurred_at AS "occurredAt", e.received_at AS "receivedAt",
  e.processed_at AS "processedAt"`

/** Events without bodies. Each filter finds its rows by an index, or walks the ids of its range of time. */
export async function listEvents(pool: Pool, filter: EventFilter, page: EventPage): Promise<EventRow[]> {
  const range = await idsReceived(pool, filter.since, filter.until)
  const { text, values } = eventsQuery(filter, range, page)
  return queryRows(pool, EventRow, text, values)
}

/** The statement of `listEvents`. */
export function eventsQuery(
  filter: EventFilter,
  range: IdRange,
  { limit, before, after, ids, oldestFirst }: EventPage,
) {
  const { values, $ } = createParameters()
  const { status, type } = filter
  // Partial indexes are used only for a constant.
  if (status !== undefined && !EVENT_STATUSES.includes(status)) throw new TypeError(`No event is ${status}.`)
  const conditions = [
    ...(before === undefined ? [] : [`e.id < ${$(before)}::bigint`]),
    ...(after === undefined ? [] : [`e.id > ${$(after)}::bigint`]),
    ...(ids === undefined ? [] : [`e.id = ANY (${$(ids)}::bigint[])`]),
    ...(range.from === undefined ? [] : [`e.id >= ${$(range.from)}::bigint`]),
    ...(range.to === undefined ? [] : [`e.id < ${$(range.to)}::bigint`]),
    ...(filter.since === undefined ? [] : [`e.received_at >= ${$(filter.since)}`]),
    ...(filter.until === undefined ? [] : [`e.received_at < ${$(filter.until)}`]),
    ...(filter.provider === undefined ? [] : [`e.provider = ${$(filter.provider)}`]),
    ...(status === undefined ? [] : [`e.status = '${status}'`]),
    ...(type === undefined ? [] : [typeCondition('e.type', type, $)]),
    ...(filter.customer === undefined ? [] : [`e.customer_id = ${$(filter.customer)}`]),
  ]
  const ordered = `ORDER BY e.id ${oldestFirst ? 'ASC' : 'DESC'} LIMIT ${$(limit)}::int`
  const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : ''
  const candidates = candidatesOf(filter, { where, ordered, $ })
  // As an array, so that Postgres looks up these ids alone.
  const text = candidates
    ? `SELECT ${EVENT_COLUMNS} FROM webhook_events e
        WHERE ${[`e.id = ANY (ARRAY(${candidates}))`, ...conditions].join(' AND ')} ${ordered}`
    : `SELECT ${EVENT_COLUMNS} FROM webhook_events e ${where} ${ordered}`
  return { text, values }
}

/** SQL condition of a type, where a `*` at the end matches any suffix. */
export const typeCondition = (column: string, type: string, $: Parameters['$']): string =>
  type.endsWith('*') ? `starts_with(${column}, ${$(type.slice(0, -1))})` : `${column} = ${$(type)}`

/** The same condition on a value. */
export const typeMatches = (value: string, type: string): boolean =>
  type.endsWith('*') ? value.startsWith(type.slice(0, -1)) : value === type
