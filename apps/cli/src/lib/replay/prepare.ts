import {
  countUntraced,
  type ErasedEvent,
  fillTouched,
  type PreparedReplay,
  type PreviewRules,
  prepareReplay,
  type ReplayFilter,
} from '@sluice/database/replay'
import type { OpenApi } from '@sluice/providers/apis'
import type { Pool } from 'pg'
import { createProgress } from '../progress.ts'

/** Completes events that an older version processed with the rows that they touched, so that each can be found. */
export async function traceOldEvents(pool: Pool, rules: PreviewRules): Promise<void> {
  const total = await countUntraced(pool)
  if (total === 0) return
  const progress = createProgress(total)
  for (let filled = 1; filled > 0; progress.advance(filled)) filled = await fillTouched(pool, rules)
  progress.finish()
}

/** Finds the events to be replayed, and fetches the erased bodies that they need from the providers whose key is set. */
export const prepare = (pool: Pool, filter: ReplayFilter, apis: OpenApi[]): Promise<PreparedReplay> =>
  prepareReplay(pool, filter, (events) => fetchBodies(events, apis))

/** Asks the providers whose key is set for bodies that were erased here. */
export async function fetchBodies(events: ErasedEvent[], apis: OpenApi[]): Promise<Map<string, Buffer>> {
  const bodies = new Map<string, Buffer>()
  const apiOf = new Map(apis.flatMap(({ provider, api }) => (api.fetchEvent ? [[provider.name, api] as const] : [])))
  const asked = events.filter(({ provider }) => apiOf.has(provider))
  if (asked.length === 0) return bodies
  const progress = createProgress(asked.length)
  try {
    for (const event of asked) {
      const body = await apiOf.get(event.provider)?.fetchEvent?.(event)
      if (body) bodies.set(event.id, body)
      progress.advance()
    }
  } catch (error) {
    const sentence = [...apiOf.values()].map((api) => api.explain(error)).find((text) => text !== undefined)
    if (sentence === undefined) throw error
    console.error(sentence)
  } finally {
    progress.finish()
  }
  return bodies
}
