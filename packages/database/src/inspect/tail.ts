import type { Pool } from 'pg'
import { z } from 'zod'
import { queryRows } from '../sql/rows.ts'
import { EVENT_COLUMNS, EventRow, typeMatches } from './events.ts'
import type { EventFilter } from './filter.ts'

/**
 * An id, and the time of an ending, are given before the commit. A transaction that takes longer than this between the two
 * is missed.
 */
const LOOK_BACK = '5 s'

/** Bounds what one look reads: two thousand arrivals a second, and as many endings. */
const SEEN_MAX = 10_000

const Sign = z.object({
  what: z.enum(['arrived', 'ended']),
  /** Differs for each ending of the same event. */
  key: z.string(),
  id: z.string(),
})

/** That an event arrived or ended. */
export type TailSign = z.infer<typeof Sign>

const SIGNS = `
  (SELECT 'arrived' AS what, id::text AS key, id::text FROM webhook_events
    WHERE id > $1::bigint AND received_at >= now() - '${LOOK_BACK}'::interval ORDER BY webhook_events.id DESC LIMIT ${SEEN_MAX})
  UNION ALL (SELECT 'ended', concat(id, ' ', processed_at), id::text FROM webhook_events
    WHERE processed_at >= now() - '${LOOK_BACK}'::interval ORDER BY processed_at DESC LIMIT ${SEEN_MAX})
  UNION ALL (SELECT 'ended', concat('dead ', d.id), e.id::text
    FROM (SELECT * FROM (SELECT id, provider, event_id, failed_at FROM webhook_dead_letters
        WHERE outbox_message_id IS NULL ORDER BY id DESC LIMIT 1000) AS newest
      WHERE failed_at >= now() - '${LOOK_BACK}'::interval) AS d
    JOIN webhook_events e ON e.provider = d.provider AND e.event_id = d.event_id)`

/** All that arrived or ended in the last seconds, in no order. @param after only arrivals with a larger id */
export const readSigns = (pool: Pool, after: string): Promise<TailSign[]> => queryRows(pool, Sign, SIGNS, [after])

const Max = z.object({ id: z.string() })

/** The largest id of the inbox; `0` if it is empty. */
export async function largestId(pool: Pool): Promise<string> {
  const rows = await queryRows(pool, Max, 'SELECT coalesce(max(id), 0)::text AS id FROM webhook_events')
  return rows[0]?.id ?? '0'
}

const TailRow = EventRow.extend({ orderingKey: z.string() })

export type TailRow = z.infer<typeof TailRow>

const ROWS = `SELECT ${EVENT_COLUMNS}, e.ordering_key AS "orderingKey" FROM webhook_events e
  WHERE e.id = ANY ($1::bigint[]) ORDER BY e.id`

export const readTailRows = (pool: Pool, ids: readonly string[]): Promise<TailRow[]> =>
  queryRows(pool, TailRow, ROWS, [ids])

const Key = z.object({ key: z.string() })

const KEYS_OF_USER = `SELECT stripe_customer_id AS key FROM customers WHERE user_id = $1
  UNION SELECT stripe_customer_id FROM users WHERE id = $1 AND stripe_customer_id IS NOT NULL
  UNION SELECT 'replicate:' || prediction_id FROM generation_jobs WHERE user_id = $1 AND prediction_id IS NOT NULL`

export type TailFilter = Pick<EventFilter, 'provider' | 'type' | 'status' | 'customer' | 'user'>

/** Whether a row is in the list of this filter. The customers and predictions of a user are those of this moment. */
export async function tailPredicate(pool: Pool, filter: TailFilter): Promise<(row: TailRow) => boolean> {
  const { provider, type, status, customer, user } = filter
  const keys = user && new Set((await queryRows(pool, Key, KEYS_OF_USER, [user])).map(({ key }) => key))
  return (row) =>
    (provider === undefined || row.provider === provider) &&
    (type === undefined || typeMatches(row.type, type)) &&
    (status === undefined || row.status === status) &&
    (customer === undefined || row.customerId === customer) &&
    (!keys || keys.has(row.customerId ?? '') || keys.has(row.orderingKey))
}
