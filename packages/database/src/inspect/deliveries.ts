import type { Pool } from 'pg'
import { z } from 'zod'
import { queryRows } from '../sql/rows.ts'
import { createParameters, type Parameters } from './parameters.ts'

export const DELIVERY_OUTCOMES = ['duplicate', 'refused'] as const

/** A request that repeated an event, or that was refused. */
export const DeliveryRow = z.object({
  id: z.string(),
  provider: z.string(),
  outcome: z.enum(DELIVERY_OUTCOMES),
  reason: z.string().nullable(),
  count: z.number(),
  addressNet: z.string().nullable(),
  bytes: z.number().nullable(),
  bodyHash: z.string().nullable(),
  answeredMs: z.number().nullable(),
  receivedAt: z.date(),
  /** The event that it repeated; null if retention has deleted it. */
  eventId: z.string().nullable(),
  type: z.string().nullable(),
})

export interface DeliveryFilter {
  outcome: (typeof DELIVERY_OUTCOMES)[number]
  provider?: string | undefined
  /** Of refusals. */
  reason?: string | undefined
}

const COLUMNS = `d.id::text AS id, d.provider, d.outcome, d.reason, d.count, d.address_net AS "addressNet", d.bytes,
  d.body_hash AS "bodyHash", d.answered_ms AS "answeredMs", d.received_at AS "receivedAt", e.event_id AS "eventId", e.type`

/** @param before only rows with a smaller id */
export interface DeliveryPage {
  limit: number
  before?: string | undefined
}

/** No index has the provider. A page of one looks at so many rows, and the next page goes on behind them. */
const WALKED_MAX = 20_000

/** Repeats or refusals, newest first. */
export function listDeliveries(pool: Pool, filter: DeliveryFilter, page: DeliveryPage) {
  const { text, values } = deliveriesQuery(filter, page)
  return queryRows(pool, DeliveryRow, text, values)
}

const Last = z.object({ id: z.string() })

/** The oldest row that a page of a provider looks at; null if there are no more rows. */
export async function lastDeliveryWalked(pool: Pool, filter: DeliveryFilter, before?: string): Promise<string | null> {
  if (filter.provider === undefined) return null
  const { values, $ } = createParameters()
  const text = `SELECT d.id::text AS id FROM webhook_deliveries d ${whereOf(filter, before, $)}
    ORDER BY d.id DESC OFFSET ${WALKED_MAX - 1} LIMIT 1`
  return (await queryRows(pool, Last, text, values))[0]?.id ?? null
}

function deliveriesQuery({ provider, ...filter }: DeliveryFilter, { limit, before }: DeliveryPage) {
  const { values, $ } = createParameters()
  const newest = `SELECT * FROM webhook_deliveries d ${whereOf(filter, before, $)} ORDER BY d.id DESC`
  const text = `SELECT ${COLUMNS} FROM (${newest} ${provider === undefined ? '' : `LIMIT ${WALKED_MAX}`}) AS d
      LEFT JOIN LATERAL (SELECT event_id, type FROM webhook_events WHERE id = d.event_row LIMIT 1) AS e ON true
    ${provider === undefined ? '' : `WHERE d.provider = ${$(provider)}`} ORDER BY d.id DESC LIMIT ${$(limit)}::int`
  return { text, values }
}

function whereOf({ outcome, reason }: DeliveryFilter, before: string | undefined, $: Parameters['$']): string {
  const conditions = [
    `d.outcome = ${$(outcome)}`,
    ...(reason === undefined ? [] : [`d.reason = ${$(reason)}`]),
    ...(before === undefined ? [] : [`d.id < ${$(before)}::bigint`]),
  ]
  return `WHERE ${conditions.join(' AND ')}`
}

/** Repeats of one event, oldest first. */
export const REPEATS_OF_EVENT = `SELECT outcome, address_net AS "addressNet", bytes, body_hash AS "bodyHash",
    answered_ms AS "answeredMs", received_at AS "receivedAt"
  FROM webhook_deliveries WHERE event_row = $1::bigint ORDER BY webhook_deliveries.id LIMIT 200`

export const Repeat = DeliveryRow.pick({
  outcome: true,
  addressNet: true,
  bytes: true,
  bodyHash: true,
  answeredMs: true,
  receivedAt: true,
})

const Refusal = z.object({
  provider: z.string(),
  reason: z.string(),
  count: z.number(),
  first: z.date(),
  last: z.date(),
  /** The networks with most rows. In a flood only some requests have one. */
  networks: z.array(z.object({ network: z.string(), count: z.number() })),
})

/** Of more rows in the range, the newest are read. */
const READ_MAX = 100_000

const REFUSALS = `
  WITH recent AS (
    SELECT provider, coalesce(reason, '') AS reason, count, address_net, received_at FROM webhook_deliveries
    WHERE received_at >= $1 AND outcome = 'refused' ORDER BY received_at DESC LIMIT ${READ_MAX}
  ), networks AS (
    SELECT provider, reason, address_net, sum(count)::int AS count,
      row_number() OVER (PARTITION BY provider, reason ORDER BY sum(count) DESC, address_net) AS place
    FROM recent WHERE address_net IS NOT NULL GROUP BY 1, 2, 3
  )
  SELECT provider, reason, sum(count)::int AS count, min(received_at) AS first, max(received_at) AS last,
    coalesce((SELECT jsonb_agg(jsonb_build_object('network', n.address_net, 'count', n.count) ORDER BY n.place)
      FROM networks n WHERE (n.provider, n.reason) = (recent.provider, recent.reason) AND n.place <= 5), '[]') AS networks
  FROM recent GROUP BY 1, 2 ORDER BY count DESC, 1, 2`

/** Refused requests since a moment, by provider and reason. */
export const readRefusals = (pool: Pool, since: Date) => queryRows(pool, Refusal, REFUSALS, [since])
