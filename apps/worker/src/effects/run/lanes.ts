import { createPlaces, OCCUPANTS_PER_PLACE } from '../../outbound/places.ts'

/**
 * Effects that use the same external system share a lane, so that one slow system, or thousands of files of one
 * generation, cannot take all places from the others. `quick` needs Redis and Postgres alone and has no limit.
 */
export type Lane = 'quick' | 'mail' | 'staff' | 'documents' | 'copies'

/** Effects of a lane that one worker runs at once. Together they are fewer than `EFFECTS_AT_ONCE`. */
const PLACES = { mail: 6, staff: 3, documents: 6, copies: 12 } satisfies Record<Exclude<Lane, 'quick'>, number>

/** Effects that one worker runs or holds at once: all lanes full leave ten for the others. */
export const EFFECTS_AT_ONCE = Object.values(PLACES).reduce((sum, places) => sum + places * OCCUPANTS_PER_PLACE, 0) + 10

export type Lanes = <T>(lane: Lane, work: () => Promise<T>) => Promise<T>

export function createLanes(): Lanes {
  const lanes = Object.fromEntries(Object.entries(PLACES).map(([lane, places]) => [lane, createPlaces(places)]))
  return (lane, work) => lanes[lane]?.run(work) ?? work()
}
