import type { Pool } from 'pg'
import { z } from 'zod'
import { prismaOf } from '../client.ts'
import { NO_JOB } from '../commit/commit-events.ts'
import { parseRows } from '../sql/rows.ts'

const PAGE = 1_000

const Page = z.object({ size: z.number(), last: z.string().nullable() })

/**
 * Reopens events that were ignored for lack of a generation job, if the host has inserted the job since. Reads one page
 * per call, because another application with the same account may cause thousands of events that never get a job.
 *
 * @param after the result of the previous call; empty for the first page
 * @returns the position of the next page; empty after the last page
 */
export async function reopenWithJob(pool: Pool, after: string): Promise<string> {
  const rows = await prismaOf(pool).$queryRaw`
    WITH page AS MATERIALIZED (
      SELECT id, ordering_key FROM webhook_events
      WHERE status = 'ignored' AND error = ${NO_JOB} AND ordering_key > ${after}
      ORDER BY ordering_key FETCH FIRST ${PAGE} ROWS WITH TIES
    ), reopened AS (
      UPDATE webhook_events e SET status = 'received', error = NULL, processed_at = NULL, sweep_after = now()
      FROM page p JOIN generation_jobs g ON g.prediction_id = substring(p.ordering_key FROM 11)
      WHERE e.id = p.id AND e.status = 'ignored' AND e.raw_body IS NOT NULL
    )
    SELECT count(*)::int AS size, max(ordering_key) AS last FROM page`
  const [page] = parseRows(Page, rows)
  return page?.last && page.size >= PAGE ? page.last : ''
}
