import type { Pool } from 'pg'
import { deletedBefore, findErasedBeside } from './erased.ts'
import { type ErasedEvent, findErased, findReplayable, type ReplayFilter } from './replay.ts'

export interface PreparedReplay {
  /** Rows of the events to be replayed. */
  ids: string[]
  /** Bodies that a provider had, by row. */
  bodies: Map<string, Buffer>
  /** Events that match and whose bodies are gone. */
  erased: ErasedEvent[]
  /** The time from which events are recorded, if the replay was to begin earlier. */
  deletedBefore: Date | null
}

/**
 * Finds the events to be replayed.
 *
 * @param fetchBodies asks providers for the bodies that were erased; resolves to those that they still have, by row
 */
export async function prepareReplay(
  pool: Pool,
  filter: ReplayFilter,
  fetchBodies: (events: ErasedEvent[]) => Promise<Map<string, Buffer>>,
): Promise<PreparedReplay> {
  const found = await findReplayable(pool, filter)
  const erased = await findErased(pool, filter)
  const beside = await findErasedBeside(pool, [...found, ...erased.map(({ id }) => id)])
  const needed = new Map([...erased, ...beside].map((event) => [event.id, event]))
  const bodies = await fetchBodies([...needed.values()])
  const restored = erased.flatMap(({ id }) => (bodies.has(id) ? [id] : []))
  return {
    ids: [...found, ...restored],
    bodies,
    erased: erased.filter(({ id }) => !bodies.has(id)),
    deletedBefore: filter.since ? await deletedBefore(pool, filter.since) : null,
  }
}
