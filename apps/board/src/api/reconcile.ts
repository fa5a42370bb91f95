import {
  listReconcileRuns,
  newestReconcileRuns,
  type ReconcileRunRow,
  readReconcileRun,
  refusedByHour,
} from '@sluice/database/inspect'
import type { Pool } from '@sluice/database/pool'
import { z } from 'zod'
import { cursor, limit } from './query.ts'
import { route } from './route.ts'
import { ReconcileRunLife, ReconcileRuns } from './schemas/reconcile.ts'

/** Questions to providers for missed events, newest first, and the last answer of each. */
export const reconcileRuns = route({
  path: '/reconcile',
  query: z.object({ cursor, limit }),
  answer: ReconcileRuns,
  read: async (reader, { cursor, limit }) => {
    const rows = await listReconcileRuns(reader, { before: cursor, limit: limit + 1 })
    const items = rows.slice(0, limit)
    return {
      items,
      next: rows.length > limit ? (items.at(-1)?.id ?? null) : null,
      newest: await withRefused(reader, await newestReconcileRuns(reader)),
    }
  },
})

/** One of them, by hour. */
export const reconcileRun = route({
  path: '/reconcile/:id',
  query: z.object({ id: z.string().regex(/^\d{1,18}$/, 'must be the id of a run') }),
  answer: ReconcileRunLife,
  read: async (reader, { id }) => {
    const run = await readReconcileRun(reader, id)
    return run && ((await withRefused(reader, [run]))[0] ?? null)
  },
})

async function withRefused(reader: Pool, runs: ReconcileRunRow[]) {
  if (runs.length === 0) return []
  const since = new Date(Math.min(...runs.map((run) => run.since.getTime())))
  const refused = await refusedByHour(reader, since)
  const refusedIn = (provider: string, hour: string): number =>
    refused.find((one) => one.provider === provider && one.hour.toISOString() === hour)?.count ?? 0
  return runs.map(({ hours, ...run }) => ({
    ...run,
    hours: hours.toReversed().map((one) => ({
      ...one,
      received: one.processed + one.ignored + one.failed + one.waiting,
      refused: refusedIn(run.provider, one.hour),
    })),
  }))
}
