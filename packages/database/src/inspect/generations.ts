import type { Pool } from 'pg'
import { z } from 'zod'
import { queryRows } from '../sql/rows.ts'
import { createParameters } from './parameters.ts'
import { FILE_COLUMNS, StoredFile } from './shown-rows.ts'

const Row = z.object({
  id: z.string(),
  userId: z.string().nullable(),
  predictionId: z.string().nullable(),
  status: z.string(),
  seenAt: z.date(),
  completedAt: z.date().nullable(),
  filesRefused: z.number(),
})

export type GenerationRow = z.infer<typeof Row> & { files: z.infer<typeof StoredFile>[] }

export interface GenerationFilter {
  user?: string | undefined
  status?: string | undefined
  /** Its prediction. */
  prediction?: string | undefined
}

/** The last row of the page before. */
export interface GenerationCursor {
  seenAt: Date
  id: string
}

const FILES = `SELECT ${FILE_COLUMNS}
  FROM renders r JOIN variants v ON v.render_id = r.id
  WHERE r.generation_job_id = ANY ($1::text[]) ORDER BY r.id, v.idx LIMIT 5000`

/** Predictions of the host with their files, newest first. */
export async function listGenerations(
  pool: Pool,
  filter: GenerationFilter,
  page: { limit: number; before?: GenerationCursor | undefined },
): Promise<GenerationRow[]> {
  const { text, values } = generationsQuery(filter, page)
  const jobs = await queryRows(pool, Row, text, values)
  const files = await queryRows(pool, StoredFile, FILES, [jobs.map(({ id }) => id)])
  return jobs.map((job) => ({ ...job, files: files.filter(({ generationJobId }) => generationJobId === job.id) }))
}

function generationsQuery(
  { user, status, prediction }: GenerationFilter,
  { limit, before }: { limit: number; before?: GenerationCursor | undefined },
) {
  const { values, $ } = createParameters()
  const conditions = [
    ...(user === undefined ? [] : [`j.user_id = ${$(user)}`]),
    ...(status === undefined ? [] : [`j.status = ${$(status)}`]),
    ...(prediction === undefined ? [] : [`j.prediction_id = ${$(prediction)}`]),
    ...(before === undefined ? [] : [`(j.seen_at, j.id) < (${$(before.seenAt)}::timestamptz, ${$(before.id)}::text)`]),
  ]
  const text = `SELECT j.id, j.user_id AS "userId", j.prediction_id AS "predictionId", j.status, j.seen_at AS "seenAt",
      j.completed_at AS "completedAt", coalesce(r.files_refused, 0) AS "filesRefused"
    FROM generation_jobs j LEFT JOIN renders r ON r.generation_job_id = j.id
    ${conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : ''}
    ORDER BY j.seen_at DESC, j.id DESC LIMIT ${$(limit)}::int`
  return { text, values }
}
