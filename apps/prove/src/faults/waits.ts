import { eventually } from '@sluice/testing'
import { p99 } from '../check/neighbours.ts'
import type { FaultContext } from '../fault.ts'
import type { Delivery } from '../load/delivery.ts'

/** Shorter waits never count: an event is to be done within two seconds. */
const SOON_MS = 500

/** 99th percentile of the time from an event's acknowledgement to its end, in milliseconds. */
export async function p99Wait({ query }: Pick<FaultContext, 'query'>, deliveries: Delivery[]): Promise<number> {
  const takenAt = new Map(
    deliveries.flatMap(({ event, acknowledgedAt }) => (acknowledgedAt === null ? [] : [[event.id, acknowledgedAt]])),
  )
  const rows = await eventually(async () => {
    const done = await query<{ id: string; at: Date }>(
      'SELECT event_id AS id, processed_at AS at FROM webhook_events WHERE event_id = ANY ($1) AND processed_at IS NOT NULL',
      [[...takenAt.keys()]],
    )
    if (done.length < takenAt.size) throw new Error(`${takenAt.size - done.length} others are not done`)
    return done
  }, 60_000)
  return p99(rows.map(({ id, at }) => Math.max(0, at.getTime() - (takenAt.get(id) ?? 0))))
}

/** Others may wait at most twice as long as before. */
export function reportWait(
  { problems, notes }: Pick<FaultContext, 'problems' | 'notes'>,
  usual: number,
  others: number,
): void {
  const finding = `others waited ${others} ms, ${usual} ms before (p99)`
  notes.push(finding)
  if (others > Math.max(2 * usual, SOON_MS)) problems.push(finding)
}
