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
  error: z.string().nullable(),
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
  /** When it was seen first. */
  since?: Date | undefined
  until?: Date | undefined
}

/** The last row of the page before. */
export interface GenerationCursor {
  seenAt: Date
  id: string
}

export interface GenerationPage {
  limit: number
  before?: GenerationCursor | undefined
}

/**
 * No index has the status, so that each change of it stays cheap. A page with a status looks at so many rows, and the next
 * page goes on behind them.
 */
const WALKED_MAX = 20_000

const FILES = `SELECT ${FILE_COLUMNS}
  FROM renders r JOIN variants v ON v.render_id = r.id
  WHERE r.generation_job_id = ANY ($1::text[]) ORDER BY r.id, v.idx LIMIT 5000`

/** Predictions of the host with their files, newest first. */
export async function listGenerations(
  pool: Pool,
  filter: GenerationFilter,
  page: GenerationPage,
): Promise<GenerationRow[]> {
  const { text, values } = generationsQuery(filter, page)
  const jobs = await queryRows(pool, Row, text, values)
  const files = await queryRows(pool, StoredFile, FILES, [jobs.map(({ id }) => id)])
  return jobs.map((job) => ({ ...job, files: files.filter(({ generationJobId }) => generationJobId === job.id) }))
}

const Last = z.object({ seenAt: z.date(), id: z.string() })

/** The oldest row that a page with a status looks at; null if there are no more rows. */
export async function lastWalked(
  pool: Pool,
  filter: GenerationFilter,
  before?: GenerationCursor,
): Promise<GenerationCursor | null> {
  if (filter.status === undefined) return null
  const { values, $ } = createParameters()
  const text = `SELECT j.seen_at AS "seenAt", j.id FROM generation_jobs j ${whereOf({ ...filter, before }, $)}
    ORDER BY j.seen_at DESC, j.id DESC OFFSET ${$(WALKED_MAX - 1)}::int LIMIT 1`
  return (await queryRows(pool, Last, text, values))[0] ?? null
}

type Conditions = Omit<GenerationFilter, 'status'> & { before?: GenerationCursor | undefined }

function whereOf({ user, prediction, since, until, before }: Conditions, $: (value: unknown) => string): string {
  const conditions = [
    ...(user === undefined ? [] : [`j.user_id = ${$(user)}`]),
    ...(prediction === undefined ? [] : [`j.prediction_id = ${$(prediction)}`]),
    ...(since === undefined ? [] : [`j.seen_at >= ${$(since)}::timestamptz`]),
    ...(until === undefined ? [] : [`j.seen_at < ${$(until)}::timestamptz`]),
    ...(before === undefined ? [] : [`(j.seen_at, j.id) < (${$(before.seenAt)}::timestamptz, ${$(before.id)}::text)`]),
  ]
  return conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : ''
}

/** The statement of `listGenerations`. */
export function generationsQuery({ status, ...filter }: GenerationFilter, { limit, before }: GenerationPage) {
  const { values, $ } = createParameters()
  const newest = `SELECT j.id, j.user_id, j.prediction_id, j.status, j.error, j.seen_at, j.completed_at
    FROM generation_jobs j ${whereOf({ ...filter, before }, $)} ORDER BY j.seen_at DESC, j.id DESC`
  const jobs = status === undefined ? newest : `${newest} LIMIT ${WALKED_MAX}`
  const text = `SELECT j.id, j.user_id AS "userId", j.prediction_id AS "predictionId", j.status, j.error,
      j.seen_at AS "seenAt", j.completed_at AS "completedAt", coalesce(r.files_refused, 0) AS "filesRefused"
    FROM (${jobs}) AS j LEFT JOIN renders r ON r.generation_job_id = j.id
    ${status === undefined ? '' : `WHERE j.status = ${$(status)}`}
    ORDER BY j.seen_at DESC, j.id DESC LIMIT ${$(limit)}::int`
  return { text, values }
}
