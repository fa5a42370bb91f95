import type { Pool } from 'pg'
import { z } from 'zod'
import { HourOfRun } from '../reconcile/hours.ts'
import { queryRows } from '../sql/rows.ts'

const MissedEvent = z.object({
  eventId: z.string(),
  type: z.string(),
  at: z.string().nullable(),
  /** It happened before its endpoint existed, so that nobody sent it. */
  isPast: z.boolean(),
})

const ReconcileRunRow = z.object({
  id: z.string(),
  provider: z.string(),
  askedBy: z.string(),
  since: z.date(),
  until: z.date(),
  repair: z.boolean(),
  startedAt: z.date(),
  finishedAt: z.date(),
  checked: z.number(),
  missed: z.number(),
  error: z.string().nullable(),
  hours: z.array(HourOfRun),
  events: z.array(MissedEvent),
})

export type ReconcileRunRow = z.output<typeof ReconcileRunRow>

const COLUMNS = `id::text, provider, asked_by AS "askedBy", since, until, repair, started_at AS "startedAt",
  finished_at AS "finishedAt", checked, missed, error`

/** The newest run of each provider, with its hours. */
const NEWEST = `SELECT DISTINCT ON (provider) ${COLUMNS}, hours, events FROM reconcile_runs r
  WHERE r.id IN (SELECT max(id) FROM reconcile_runs GROUP BY provider) ORDER BY provider, r.id DESC`

const RUNS = `SELECT ${COLUMNS}, '[]'::jsonb AS hours, '[]'::jsonb AS events FROM reconcile_runs r
  WHERE $1::bigint IS NULL OR r.id < $1::bigint ORDER BY r.id DESC LIMIT $2::int`

const RUN = `SELECT ${COLUMNS}, hours, events FROM reconcile_runs r WHERE r.id = $1::bigint`

/** Of each provider that was ever asked. */
export const newestReconcileRuns = (pool: Pool): Promise<ReconcileRunRow[]> => queryRows(pool, ReconcileRunRow, NEWEST)

/** Newest first, without hours and events. @param before only runs with a smaller id */
export const listReconcileRuns = (
  pool: Pool,
  { before, limit }: { before?: string | undefined; limit: number },
): Promise<ReconcileRunRow[]> => queryRows(pool, ReconcileRunRow, RUNS, [before ?? null, limit])

export async function readReconcileRun(pool: Pool, id: string): Promise<ReconcileRunRow | null> {
  const [run] = await queryRows(pool, ReconcileRunRow, RUN, [id])
  return run ?? null
}

const Refused = z.object({ provider: z.string(), hour: z.date(), count: z.number() })

const REFUSED = `SELECT provider, date_trunc('hour', minute, 'UTC') AS hour, sum(n)::int AS count FROM delivery_counts
  WHERE outcome = 'refused' AND minute >= $1 GROUP BY 1, 2`

/** Refused requests by hour: each may be one of the missed events, or of a stranger. */
export const refusedByHour = (pool: Pool, since: Date): Promise<z.output<typeof Refused>[]> =>
  queryRows(pool, Refused, REFUSED, [since])
