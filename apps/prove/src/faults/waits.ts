import { eventually } from '@sluice/testing'
import type { Delivered } from '../load/journal.ts'
import type { World } from '../world/world.ts'

/** What nobody calls waiting: an event is to be done in two seconds. */
const SOON_MS = 500

/** For how long each of these events waited from its answer until it was done, in milliseconds; 99 of 100 less. */
export async function waitOf({ query }: Pick<World, 'query'>, delivered: Delivered[]): Promise<number> {
  const takenAt = new Map(
    delivered.flatMap(({ event, acknowledgedAt }) => (acknowledgedAt === null ? [] : [[event.id, acknowledgedAt]])),
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

/** Others may wait twice as long as they did when nothing was in their way. */
export function blameWaiting({ wrong, notes }: Pick<World, 'wrong' | 'notes'>, usual: number, others: number): void {
  const finding = `others waited ${others} ms, ${usual} ms when nothing was in their way (p99)`
  notes.push(finding)
  if (others > Math.max(2 * usual, SOON_MS)) wrong.push(finding)
}

export function p99(values: number[]): number {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.floor(sorted.length * 0.99)] ?? 0
}
