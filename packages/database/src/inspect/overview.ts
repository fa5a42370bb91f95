import type { Pool } from 'pg'
import { z } from 'zod'
import { queryRows } from '../sql/rows.ts'
import { idsReceived } from './moment.ts'

/** Of more events in the range, the newest are counted. */
const COUNTED_MAX = 200_000

const Point = z.object({
  at: z.date(),
  received: z.number(),
  processed: z.number(),
  ignored: z.number(),
  failed: z.number(),
})

const RECENT = `SELECT status, received_at, processed_at FROM webhook_events
  WHERE id >= $1::bigint AND received_at >= $2 ORDER BY id DESC LIMIT ${COUNTED_MAX}`

const POINTS = `SELECT date_bin(make_interval(secs => $3), received_at, 'epoch') AS at, count(*)::int AS received,
    count(*) FILTER (WHERE status = 'processed')::int AS processed,
    count(*) FILTER (WHERE status = 'ignored')::int AS ignored,
    count(*) FILTER (WHERE status = 'failed')::int AS failed
  FROM (${RECENT}) AS recent GROUP BY 1 ORDER BY 1`

const Latency = z.object({ p50: z.number(), p95: z.number(), p99: z.number() })

const LATENCY = `SELECT p[1] AS p50, p[2] AS p95, p[3] AS p99 FROM (
    SELECT percentile_cont(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (
      ORDER BY extract(epoch FROM processed_at - received_at)::float8) AS p
    FROM (${RECENT}) AS recent WHERE processed_at IS NOT NULL) AS percentiles
  WHERE p IS NOT NULL`

const Money = z.object({ currency: z.string(), status: z.string(), count: z.number(), amount: z.coerce.number() })

/** Of the events in the range. */
const PAYMENTS = `SELECT currency, status, count(*)::int AS count, sum(amount) AS amount FROM payments
  WHERE webhook_event_id >= $1::bigint GROUP BY 1, 2 ORDER BY 1, 2`

const Count = z.object({ kind: z.string(), status: z.string(), count: z.number() })

const EFFECTS = `SELECT kind, status, count(*)::int AS count
  FROM (SELECT kind, status FROM outbox_messages WHERE done_at >= $1 LIMIT ${COUNTED_MAX}) AS ended
  GROUP BY 1, 2 ORDER BY 1, 2`

const GENERATIONS = `SELECT '' AS kind, status, count(*)::int AS count
  FROM (SELECT status FROM generation_jobs WHERE seen_at >= $1 LIMIT ${COUNTED_MAX}) AS begun GROUP BY 2 ORDER BY 2`

const Alert = z.object({ kind: z.string(), count: z.number(), since: z.date().nullable() })

/** Each is one row, with a count of 0 if there is nothing to look at. Bounded, because a backlog may be large. */
const ALERTS = `
  SELECT 'dead_letters' AS kind, count(*)::int AS count, min(failed_at) AS since
    FROM webhook_dead_letters WHERE redriven_at IS NULL
  UNION ALL SELECT 'oldest_waiting', count(*)::int, min(received_at)
    FROM (SELECT received_at FROM webhook_events WHERE status = 'received' ORDER BY sweep_after LIMIT 100000) AS waiting
  UNION ALL SELECT 'effects_waiting', count(*)::int, min(waiting_since)
    FROM outbox_messages WHERE waiting_since IS NOT NULL
  UNION ALL SELECT 'host_unreachable', count(*)::int, min(failing_since)
    FROM host_endpoints WHERE failing_since IS NOT NULL
  UNION ALL SELECT 'no_event', count(*)::int, max(received_at)
    FROM (SELECT received_at FROM webhook_events ORDER BY id DESC LIMIT 1) AS last`

export type OverviewRows = Awaited<ReturnType<typeof readOverview>>

/** Counts of events, effects and payments since a moment. @param interval seconds of a point */
export async function readOverview(pool: Pool, since: Date, interval: number) {
  const { from = null } = await idsReceived(pool, since, undefined)
  const points = from === null ? [] : await queryRows(pool, Point, POINTS, [from, since, interval])
  const latency = from === null ? [] : await queryRows(pool, Latency, LATENCY, [from, since])
  return {
    events: points,
    latency: latency[0] ?? null,
    truncated: points.reduce((sum, { received }) => sum + received, 0) >= COUNTED_MAX,
    payments: from === null ? [] : await queryRows(pool, Money, PAYMENTS, [from]),
    effects: await queryRows(pool, Count, EFFECTS, [since]),
    generations: await queryRows(pool, Count, GENERATIONS, [since]),
    alerts: await queryRows(pool, Alert, ALERTS),
  }
}
