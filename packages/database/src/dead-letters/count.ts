import type { Pool } from 'pg'
import { z } from 'zod'
import { prismaOf } from '../client.ts'
import { parseRows } from '../sql/rows.ts'

const DeadLetterCount = z.object({
  provider: z.string(),
  type: z.string(),
  /** The code at the start of `error`. There are few codes, so it can be a metric label. */
  cause: z.string(),
  count: z.number(),
})

export type DeadLetterCount = z.infer<typeof DeadLetterCount>

/** Open dead letters, counted for the metrics. */
export async function countDeadLetters(pool: Pool): Promise<DeadLetterCount[]> {
  const rows = await prismaOf(pool).$queryRaw`
    SELECT provider, type, split_part(error, ':', 1) AS cause, count(*)::int AS count FROM webhook_dead_letters
    WHERE redriven_at IS NULL GROUP BY 1, 2, 3`
  return parseRows(DeadLetterCount, rows)
}
