import type { FaultContext } from '../fault.ts'
import type { Delivery } from '../load/delivery.ts'

/** An event or effect that took longer than this counts as delayed. */
const LATE_MS = 2_000

export interface Recovery {
  /** From the end of the fault to the end of the last delayed event or effect; 0 if none. */
  seconds: number
  /** Names the last one, and how many there were. */
  last: string
}

export async function recoveryOf(
  { query }: Pick<FaultContext, 'query'>,
  deliveries: Delivery[],
  endedAt: number,
): Promise<Recovery> {
  const taken = new Map(deliveries.map(({ event, acknowledgedAt }) => [event.id, acknowledgedAt]))
  const events = await query<{ what: string; at: Date }>(
    'SELECT event_id AS what, processed_at AS at FROM webhook_events WHERE processed_at IS NOT NULL',
  )
  const effects = await query<{ what: string; from: Date; at: Date }>(
    'SELECT effect_key AS what, available_at AS from, done_at AS at FROM outbox_messages WHERE done_at IS NOT NULL',
  )
  const spans = [
    ...events.map(({ what, at }) => ({ what, from: taken.get(what) ?? Number.POSITIVE_INFINITY, at: at.getTime() })),
    ...effects.map(({ what, from, at }) => ({ what, from: from.getTime(), at: at.getTime() })),
  ]
  const late = spans
    .filter(({ from, at }) => at - from > LATE_MS && at > endedAt)
    .sort((one, other) => one.at - other.at)
  const last = late.at(-1)
  if (!last) return { seconds: 0, last: 'nothing' }
  const seconds = (last.at - endedAt) / 1_000
  return {
    seconds,
    last: `${last.what}, which took ${((last.at - last.from) / 1_000).toFixed(1)} s, of ${late.length}`,
  }
}
