import type { FaultContext } from '../fault.ts'
import type { Delivery } from '../load/delivery.ts'

/** Shorter waits never count. */
const SOON_MS = 500

/** 99th percentile of the time from an event's first request to its end, in milliseconds. */
export interface Neighbours {
  beforeMs: number
  duringMs: number
}

/** Events of the steady load that the fault itself does not concern, before it and since. */
export async function neighboursOf(
  { query, affected, traffic }: Pick<FaultContext, 'query' | 'affected' | 'traffic'>,
  brokenAt: number,
): Promise<Neighbours> {
  const others = traffic.deliveries.filter(({ isExtra, event }) => !isExtra && !affected.has(event.id))
  const rows = await query<{ id: string; at: Date }>(
    'SELECT event_id AS id, processed_at AS at FROM webhook_events WHERE processed_at IS NOT NULL',
  )
  return waitsOf(others, new Map(rows.map(({ id, at }) => [id, at.getTime()])), brokenAt)
}

/** An event that was under way when the fault began counts as during it. */
export function waitsOf(others: Delivery[], doneAt: ReadonlyMap<string, number>, brokenAt: number): Neighbours {
  const spans = others.flatMap((delivery) => spanOf(delivery, doneAt))
  const p99Of = (part: typeof spans) => p99(part.map(({ from, at }) => Math.max(0, at - from)))
  return {
    beforeMs: p99Of(spans.filter(({ at }) => at < brokenAt)),
    duringMs: p99Of(spans.filter(({ at }) => at >= brokenAt)),
  }
}

/** An event that was not acknowledged has no end. */
function spanOf({ event, attempts, acknowledgedAt }: Delivery, doneAt: ReadonlyMap<string, number>) {
  const from = attempts[0]?.at
  if (from === undefined || acknowledgedAt === null) return []
  return [{ from, at: doneAt.get(event.id) ?? Date.now() }]
}

/** Others may wait at most twice as long as before. */
export const haveWaited = ({ beforeMs, duringMs }: Neighbours): boolean => duringMs > Math.max(2 * beforeMs, SOON_MS)

export function p99(values: number[]): number {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.floor(sorted.length * 0.99)] ?? 0
}
