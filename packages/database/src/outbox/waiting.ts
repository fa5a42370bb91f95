import type { Pool } from 'pg'
import { z } from 'zod'
import { prismaOf } from '../client.ts'
import { parseRows } from '../sql/rows.ts'

const Waiting = z.object({ waitedMs: z.number() })

/**
 * Records that an effect waits for another system, which uses no attempt. The time counts from the first wait for this
 * cause, so an outage that ends in another trouble starts anew. The sweeper looks for its job later the longer it waits.
 *
 * @param cause one of a few words; `code` says more, and neither quotes another system
 * @returns how long it has waited for this cause, in milliseconds
 */
export async function recordWait(pool: Pool, id: string, cause: string, code: string): Promise<number> {
  const rows = await prismaOf(pool).$queryRaw`
    UPDATE outbox_messages o SET error = ${`${cause}: ${code}`}, waiting_since = since,
      sweep_after = now() + '30 s'::interval + least(now() - since, '5 min'::interval)
    FROM (SELECT id, CASE WHEN split_part(error, ':', 1) = ${cause} THEN coalesce(waiting_since, now()) ELSE now() END AS since
      FROM outbox_messages WHERE id = ${id}::uuid AND status NOT IN ('done', 'skipped') FOR UPDATE) AS before
    WHERE o.id = before.id RETURNING (extract(epoch FROM now() - since) * 1000)::float8 AS "waitedMs"`
  return parseRows(Waiting, rows)[0]?.waitedMs ?? 0
}

const WaitingEffects = z.object({
  kind: z.string(),
  /** The word at the start of `error`. */
  cause: z.string(),
  count: z.number(),
  /** Of the one that has waited longest. */
  ageSeconds: z.number(),
})

export type WaitingEffects = z.infer<typeof WaitingEffects>

/** Effects that wait for another system, by kind and cause. */
export async function countWaitingEffects(pool: Pool): Promise<WaitingEffects[]> {
  const rows = await prismaOf(pool).$queryRaw`
    SELECT kind, split_part(error, ':', 1) AS cause, count(*)::int AS count,
      extract(epoch FROM now() - min(waiting_since))::float8 AS "ageSeconds"
    FROM outbox_messages WHERE waiting_since IS NOT NULL GROUP BY 1, 2`
  return parseRows(WaitingEffects, rows)
}
