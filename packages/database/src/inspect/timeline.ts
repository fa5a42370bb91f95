import type { Pool } from 'pg'
import { z } from 'zod'
import { queryRows } from '../sql/rows.ts'
import { barsOf } from './bars.ts'
import type { CausedChange } from './changes.ts'
import type { TimelineItem } from './timeline-item.ts'

interface Known {
  subscriptions: Parameters<typeof barsOf>[0][]
  payments: {
    id: string
    status: string
    amount: number
    currency: string
    occurredAt: Date
    eventId: string | null
  }[]
  /** Newest first. */
  changes: CausedChange[]
}

/** All that happened to a person's subscriptions and money, newest first. */
export async function timelineOf(pool: Pool, { subscriptions, payments, changes }: Known): Promise<TimelineItem[]> {
  const ids = subscriptions.map(({ id }) => id)
  const began = ids.length > 0 ? await queryRows(pool, Began, BEGAN, [ids]) : []
  const oldestFirst = changes.toReversed()
  const bars = subscriptions.flatMap((one) =>
    barsOf(
      one,
      oldestFirst.filter(({ table, key }) => table === 'subscriptions' && key === one.id),
      began.find(({ id }) => id === one.id) ?? null,
    ),
  )
  const paid = payments.map(({ occurredAt: at, eventId, id, status, amount, currency }) => ({
    ...{ kind: 'payment' as const, id, status, at, until: null, priceId: null, quantity: null, amount, currency },
    ...{ provider: eventId && 'stripe', eventId },
  }))
  const returned = (await queryRows(pool, Returned, RETURNED, [payments.map(({ id }) => id)])).map((one) => ({
    ...one,
    ...{ until: null, priceId: null, quantity: null },
  }))
  return [...bars, ...paid, ...returned].sort((a, b) => b.at.getTime() - a.at.getTime())
}

const Began = z.object({ id: z.string(), at: z.date(), provider: z.string(), eventId: z.string() })

/** The first event about each subscription. `OFFSET 0`: all of its events are read, and none of others. */
const BEGAN = `SELECT wanted.id, coalesce(e.occurred_at, e.received_at) AS at, e.provider, e.event_id AS "eventId"
  FROM unnest($1::text[]) AS wanted (id), LATERAL (
    SELECT * FROM (SELECT id, occurred_at, received_at, provider, event_id FROM webhook_events
      WHERE subscription_id = wanted.id AND status = 'processed' OFFSET 0) AS own ORDER BY own.id LIMIT 1
  ) AS e`

const Returned = z.object({
  kind: z.enum(['refund', 'dispute']),
  id: z.string(),
  status: z.string(),
  amount: z.coerce.number(),
  currency: z.string(),
  at: z.date(),
  provider: z.string().nullable(),
  eventId: z.string().nullable(),
})

const returned = (kind: 'refund' | 'dispute') =>
  ['charge_id', 'payment_intent_id'].map(
    (
      column,
    ) => `SELECT '${kind}' AS kind, '${kind}s/' || o.stripe_${kind}_id AS name, o.stripe_${kind}_id AS id, o.status,
        o.amount, o.currency
      FROM payment_references r JOIN ${kind}s o ON o.${column} = r.reference WHERE r.payment_id = ANY ($1::text[])`,
  )

/**
 * Refunds and disputes of these payments, each with its first event; without one, when it was booked. The events of all are
 * sought at once, because each search also reads what is not yet sorted into the index.
 */
const RETURNED = `WITH every AS MATERIALIZED (
    SELECT * FROM (${[...returned('refund'), ...returned('dispute')].join(' UNION ')}) AS every LIMIT 100
  ), own AS MATERIALIZED (
    SELECT id, occurred_at, received_at, provider, event_id, touched FROM webhook_events
    WHERE touched IS NOT NULL AND touched && ARRAY(SELECT name FROM every)
  ), firsts AS (
    SELECT DISTINCT ON (name) name, own.* FROM own, unnest(touched) AS name
    WHERE name = ANY (ARRAY(SELECT name FROM every)) ORDER BY name, own.id
  )
  SELECT o.kind, o.id, o.status, o.amount, o.currency, e.provider, e.event_id AS "eventId",
    coalesce(e.occurred_at, e.received_at, booked.at) AS at
  FROM every AS o LEFT JOIN firsts AS e USING (name)
  LEFT JOIN LATERAL (
    SELECT min(created_at) AS at FROM ledger_entries WHERE entry_key = 'refund:' || o.id
  ) AS booked ON true
  WHERE coalesce(e.occurred_at, e.received_at, booked.at) IS NOT NULL`
