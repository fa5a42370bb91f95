import type { Pool } from 'pg'
import { z } from 'zod'
import { MINUTES } from '../counts/count-minutes.ts'
import { DELIVERIES_BY_MINUTE, EFFECTS_BY_MINUTE, EVENTS_BY_MINUTE } from '../counts/grouped.ts'
import { BUCKETS } from '../counts/latency.ts'
import { queryRows } from '../sql/rows.ts'
import { keptFor } from './kept.ts'
import { idsReceived } from './moment.ts'

/** Of more rows in the range, the newest are counted. */
const COUNTED_MAX = 200_000

/** Minutes that no worker has counted yet are read from their rows: a few, unless no worker counts. */
const UNCOUNTED_MS_MAX = 7_200_000

const Cursor = z.object({ at: z.date().nullable() })

const CURSOR = `SELECT max(counted_until) AS at FROM count_cursors WHERE name = '${MINUTES}'`

/** Minutes from `$1` until `$2` that are not counted yet, or that are. */
const minutes = (grouped: string) => `(${grouped}) AS minutes`

const counted = (table: string) => `(SELECT * FROM ${table} WHERE minute >= $1 AND minute < $2) AS minutes`

/** The start of the point of the chart that a time belongs to; `$3`: seconds of a point. */
const pointOf = (time: string): string => `date_bin(make_interval(secs => $3), ${time}, 'epoch')`

const EventPoint = z.object({ at: z.date(), outcome: z.string(), count: z.number(), histogram: z.array(z.number()) })

const eventsOf = (source: string) => `SELECT ${pointOf('minute')} AS at, outcome, sum(n)::int AS count,
    ARRAY[${BUCKETS.map((bucket) => `coalesce(sum(histogram[${bucket + 1}]), 0)::int`).join(', ')}] AS histogram
  FROM ${source} GROUP BY 1, 2`

const DeliveryPoint = z.object({
  at: z.date(),
  provider: z.string(),
  outcome: z.string(),
  reason: z.string(),
  count: z.number(),
})

const deliveriesOf = (
  source: string,
) => `SELECT ${pointOf('minute')} AS at, provider, outcome, reason, sum(n)::int AS count
  FROM ${source} GROUP BY 1, 2, 3, 4`

const EffectPoint = z.object({ at: z.date(), kind: z.string(), outcome: z.string(), count: z.number() })

const effectsOf = (source: string) => `SELECT ${pointOf('minute')} AS at, kind, outcome, sum(n)::int AS count
  FROM ${source} GROUP BY 1, 2, 3`

const PaymentPoint = z.object({
  at: z.date(),
  currency: z.string(),
  status: z.string(),
  count: z.number(),
  amount: z.coerce.number(),
})

/** Of the events in the range, by the time of the payment. An import tells of earlier ones too. */
const PAYMENTS = `SELECT date_bin(make_interval(secs => $3), occurred_at, 'epoch') AS at, currency, status,
    count(*)::int AS count, sum(amount) AS amount
  FROM (SELECT occurred_at, currency, status, amount FROM payments
    WHERE webhook_event_id >= $1::bigint AND occurred_at >= $2 LIMIT ${COUNTED_MAX}) AS recent
  GROUP BY 1, 2, 3`

const GenerationPoint = z.object({ at: z.date(), status: z.string(), count: z.number() })

const GENERATIONS = `SELECT date_bin(make_interval(secs => $2), seen_at, 'epoch') AS at, status, count(*)::int AS count
  FROM (SELECT seen_at, status FROM generation_jobs WHERE seen_at >= $1 ORDER BY seen_at DESC LIMIT ${COUNTED_MAX}) AS begun
  GROUP BY 1, 2`

const Cause = z.object({
  at: z.date(),
  fingerprint: z.string(),
  cause: z.string(),
  type: z.string(),
  attempts: z.number(),
  dead: z.number(),
})

/** Failed attempts of the causes with most of them. */
const CAUSES = `
  WITH recent AS (
    SELECT * FROM webhook_attempts WHERE ended_at >= $1 ORDER BY ended_at DESC LIMIT ${COUNTED_MAX}
  ), causes AS (
    SELECT fingerprint, count(*) AS attempts, (array_agg(code || ': ' || message ORDER BY id DESC))[1] AS cause
    FROM recent GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 10
  )
  SELECT date_bin(make_interval(secs => $2), r.ended_at, 'epoch') AS at, c.fingerprint, c.cause, r.type,
    count(*)::int AS attempts, count(*) FILTER (WHERE r.is_last)::int AS dead
  FROM causes c JOIN recent r USING (fingerprint) GROUP BY 1, 2, 3, 4`

export type OverviewRows = Awaited<ReturnType<typeof readOverview>>

/**
 * Counts of a range of time, by points of a chart. Those of events, deliveries and effects are the counted minutes, so they
 * outlast the rows. All but the minutes that are not counted yet is read again only when more minutes are counted.
 *
 * @param since the start of a point
 * @param interval seconds of a point
 */
export async function readOverview(pool: Pool, since: Date, interval: number) {
  const now = Date.now()
  const [cursor] = await queryRows(pool, Cursor, CURSOR)
  const countedUntil = cursor?.at ?? null
  const uncounted = new Date(Math.max(countedUntil?.getTime() ?? 0, since.getTime(), now - UNCOUNTED_MS_MAX))
  const read = () => readCounted(pool, since, uncounted, interval)
  const key = `${since.getTime()} ${uncounted.getTime()}`
  const before = countedUntil === null ? await read() : await keptFor(pool, `overview ${interval}`, key, read)
  const range = [uncounted, new Date(now + 60_000), interval]
  return {
    ...before,
    countedUntil,
    events: [...before.events, ...(await queryRows(pool, EventPoint, eventsOf(minutes(EVENTS_BY_MINUTE)), range))],
    deliveries: [
      ...before.deliveries,
      ...(await queryRows(pool, DeliveryPoint, deliveriesOf(minutes(DELIVERIES_BY_MINUTE)), range)),
    ],
    effects: [...before.effects, ...(await queryRows(pool, EffectPoint, effectsOf(minutes(EFFECTS_BY_MINUTE)), range))],
  }
}

async function readCounted(pool: Pool, since: Date, until: Date, interval: number) {
  const range = [since, until, interval]
  const { from = null } = await idsReceived(pool, since, undefined)
  return {
    events: await queryRows(pool, EventPoint, eventsOf(counted('event_counts')), range),
    deliveries: await queryRows(pool, DeliveryPoint, deliveriesOf(counted('delivery_counts')), range),
    effects: await queryRows(pool, EffectPoint, effectsOf(counted('effect_counts')), range),
    causes: await queryRows(pool, Cause, CAUSES, [since, interval]),
    payments: from === null ? [] : await queryRows(pool, PaymentPoint, PAYMENTS, [from, since, interval]),
    generations: await queryRows(pool, GenerationPoint, GENERATIONS, [since, interval]),
  }
}
