import type { Pool } from 'pg'
import { z } from 'zod'
import { prismaOf } from '../client.ts'
import { NO_JOB } from '../commit/commit-events.ts'
import { parseRows } from '../sql/rows.ts'

const PAGE = 1_000

const Page = z.object({ size: z.number(), last: z.string().nullable() })

/**
 * Opens events again that were ignored because the host had no generation job for them, and has one now. Looks at one
 * page of them: predictions of another application may come by the thousand, and never have a job.
 *
 * @param after what the page before returned; empty for the first one
 * @returns where the next page begins; empty when this was the last
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
