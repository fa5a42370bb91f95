import type { Pool } from 'pg'
import { z } from 'zod'
import { queryRows } from '../../sql/rows.ts'
import { toJsonb } from '../../sql/text.ts'
import { isOurs, OURS, type TakenAction } from './take.ts'

/** Older ones do not say what would change now. */
export const PREVIEW_MINUTES = 60

const FoundPreview = z.object({ id: z.string(), at: z.date(), handlerVersion: z.string() })

export type FoundPreview = z.infer<typeof FoundPreview>

/** The newest preview of a replay with this filter, of the last hour. */
export async function findPreview(pool: Pool, filter: object): Promise<FoundPreview | undefined> {
  const rows = await queryRows(
    pool,
    FoundPreview,
    `SELECT id::text, at, handler_version AS "handlerVersion" FROM operator_actions
      WHERE kind = 'preview' AND state = 'done' AND filter - 'of' = $1::jsonb AND result ->> 'of' = 'replay'
        AND handler_version IS NOT NULL AND finished_at > now() - interval '${PREVIEW_MINUTES} minutes'
      ORDER BY id DESC LIMIT 1`,
    [toJsonb(filter)],
  )
  return rows[0]
}

/** Records the handlers that an action is carried out with, and the preview that it relies on. @returns as `renewLease` */
export const writeHandlers = (pool: Pool, { id, runId }: TakenAction, handlerVersion: string, preview?: string) =>
  isOurs(pool, `UPDATE operator_actions SET handler_version = $3, preview = $4 WHERE ${OURS}`, [
    id,
    runId,
    handlerVersion,
    preview ?? null,
  ])
