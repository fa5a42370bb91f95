import type { Pool } from 'pg'
import type { CommitRules } from '../commit/rules.ts'
import { findKeptRows, restoreBody } from './erased.ts'
import { type PreparedReplay, prepareReplay } from './prepare.ts'
import { type ErasedEvent, type ReplayFilter, type ReplaySteps, replay } from './replay.ts'

export interface ReplayRun {
  /** Asks providers for the bodies that were erased; resolves to those that they still have, by row. */
  fetchBodies(events: ErasedEvent[]): Promise<Map<string, Buffer>>
  /** Called with the number of events before anything is changed. A replay whose `begin` throws changes nothing. */
  begin(events: number): ReplaySteps
}

export interface Replayed extends Pick<PreparedReplay, 'erased' | 'deletedBefore'> {
  /** Number of events that were opened again. */
  replayed: number
  /** Number of bodies that a provider still had. */
  restored: number
  /** Number of rows that are only merged into, because events about them are gone. */
  merged: number
}

/** Finds the events of a replay, restores bodies that a provider still has, and opens the events again. */
export async function runReplay(
  pool: Pool,
  filter: ReplayFilter,
  rules: Pick<CommitRules, 'decide'>,
  { fetchBodies, begin }: ReplayRun,
): Promise<Replayed> {
  const { ids, bodies, erased, deletedBefore } = await prepareReplay(pool, filter, fetchBodies)
  const steps = begin(ids.length)
  for (const [id, body] of bodies) await restoreBody(pool, id, body)
  const merged = (await findKeptRows(pool, ids)).size
  const { replayed } = await replay(pool, filter, rules, steps)
  return { replayed, restored: bodies.size, erased, deletedBefore, merged }
}
