import type { Pool } from 'pg'
import { z } from 'zod'
import { prismaOf } from '../client.ts'
import { parseRows } from '../sql/rows.ts'

/** The causes of a wait that uses no attempt. */
export const EVENT_WAITS = ['lock', 'generation_job', 'provider'] as const

export type EventWait = (typeof EVENT_WAITS)[number]

/** Why an event is not settled: a wait, `retry` after a failed attempt, or `queue`: it waits for a worker. */
export const UNSETTLED_CAUSES = [...EVENT_WAITS, 'retry', 'queue'] as const

/** Bounds the cost of a count. With more unsettled events, those whose sweep is due first are counted. */
const COUNTED_MAX = 100_000

const UnsettledEvents = z.object({
  cause: z.enum(UNSETTLED_CAUSES),
  count: z.number(),
  /** Since the oldest one was received. */
  ageSeconds: z.number(),
})

export type UnsettledEvents = z.infer<typeof UnsettledEvents>

/** Events that are neither settled nor dead letters, by cause. They need no job to be counted. */
export async function countUnsettledEvents(pool: Pool): Promise<UnsettledEvents[]> {
  const rows = await prismaOf(pool).$queryRaw`
    SELECT cause, count(*)::int AS count, extract(epoch FROM now() - min(received_at))::float8 AS "ageSeconds"
    FROM (SELECT received_at, CASE
        WHEN waiting_at > now() - '3 min'::interval AND waiting_for = ANY (${[...EVENT_WAITS]}) THEN waiting_for
        WHEN attempts > 0 THEN 'retry' ELSE 'queue' END AS cause
      FROM webhook_events WHERE status = 'received' ORDER BY sweep_after LIMIT ${COUNTED_MAX}) AS unsettled
    GROUP BY 1 ORDER BY 3 DESC`
  return parseRows(UnsettledEvents, rows)
}

export interface WaitingEvent {
  provider: string
  eventId: string
  wait: EventWait
}

/** Records what events wait for now. Skips rows that another transaction has locked. */
export async function recordEventWaits(pool: Pool, waiting: WaitingEvent[]): Promise<void> {
  if (waiting.length === 0) return
  const column = (name: keyof WaitingEvent) => waiting.map((one) => one[name])
  await prismaOf(pool).$executeRaw`
    UPDATE webhook_events e SET waiting_for = found.wait, waiting_at = now()
    FROM (SELECT id, w.wait FROM unnest(${column('provider')}::text[], ${column('eventId')}::text[], ${column('wait')}::text[])
        AS w (provider, event_id, wait) JOIN webhook_events r USING (provider, event_id)
      WHERE r.status = 'received' ORDER BY id FOR UPDATE OF r SKIP LOCKED) AS found
    WHERE e.id = found.id`
}
