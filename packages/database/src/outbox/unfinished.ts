import type { Pool } from 'pg'
import { z } from 'zod'
import { prismaOf } from '../client.ts'
import { parseRows } from '../sql/rows.ts'

/** Bounds the cost of a count. With more, those whose sweep is due first are counted. */
const COUNTED_MAX = 100_000

const UnfinishedEffects = z.object({
  kind: z.string(),
  /** The word of the wait, `retry` after a failed attempt, or `queue`: it waits for a worker. */
  cause: z.string(),
  count: z.number(),
  /** Since the oldest one was due. */
  ageSeconds: z.number(),
})

export type UnfinishedEffects = z.infer<typeof UnfinishedEffects>

/**
 * Effects that are due, but neither ended nor dead letters, by kind and cause. A sweep is never over 11 min ahead.
 * Messages to the host, which no sweep looks at, are `unreachable` while one of its URLs takes none.
 */
export async function countUnfinishedEffects(pool: Pool): Promise<UnfinishedEffects[]> {
  const rows = await prismaOf(pool).$queryRaw`
    SELECT kind, cause, count(*)::int AS count, extract(epoch FROM now() - min(available_at))::float8 AS "ageSeconds"
    FROM (
      (SELECT kind, available_at, CASE
          WHEN waiting_since IS NOT NULL THEN split_part(error, ':', 1)
          WHEN attempts > 0 THEN 'retry' ELSE 'queue' END AS cause
        FROM outbox_messages WHERE status = 'pending' AND sweep_after <= now() + '11 min'::interval
          AND kind <> 'host.message'
        ORDER BY sweep_after LIMIT ${COUNTED_MAX})
      UNION ALL
      (SELECT kind, available_at, CASE
          WHEN EXISTS (SELECT FROM host_endpoints WHERE failing_since IS NOT NULL AND lease_until > now()) THEN 'unreachable'
          WHEN attempts > 0 THEN 'retry' ELSE 'queue' END AS cause
        FROM outbox_messages WHERE status = 'pending' AND kind = 'host.message'
        ORDER BY available_at LIMIT ${COUNTED_MAX})
    ) AS unfinished
    WHERE available_at <= now() GROUP BY 1, 2 ORDER BY 4 DESC`
  return parseRows(UnfinishedEffects, rows)
}
