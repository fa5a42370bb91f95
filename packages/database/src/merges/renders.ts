import { createHash } from 'node:crypto'
import type { OutputFact } from '@sluice/events'
import type { PoolClient } from 'pg'
import { z } from 'zod'
import { keysOf, recordWritten } from '../sql/journal.ts'
import { parseRows } from '../sql/rows.ts'

const Render = z.object({ id: z.string(), jobId: z.string(), predictionId: z.string() })

type Render = z.infer<typeof Render>

/**
 * Inserts missing renders and returns all renders of these predictions, except where the host has not inserted the job.
 */
export async function insertRenders(client: PoolClient, predictionIds: string[]): Promise<Map<string, Render>> {
  const values = [[...new Set(predictionIds)]]
  const { rows: inserted } = await client.query({
    name: 'insert_renders',
    text: `INSERT INTO renders (generation_job_id)
      SELECT id FROM generation_jobs WHERE prediction_id = ANY ($1) AND NOT registers ? 'forgotten' ORDER BY id
      ON CONFLICT (generation_job_id) DO NOTHING RETURNING generation_job_id AS key`,
    values,
  })
  recordWritten(client, 'renders', keysOf(inserted))
  const { rows } = await client.query({
    name: 'renders_of',
    text: `SELECT r.id, j.id AS "jobId", j.prediction_id AS "predictionId"
      FROM generation_jobs j JOIN renders r ON r.generation_job_id = j.id
      WHERE j.prediction_id = ANY ($1) AND NOT j.registers ? 'forgotten'`,
    values,
  })
  return new Map(parseRows(Render, rows).map((row) => [row.predictionId, row]))
}

/** Keeps the greatest number of files that an event had beyond those that are copied. */
export async function keepRefused(client: PoolClient, facts: OutputFact[]): Promise<void> {
  const refused = facts.filter(({ filesRefused = 0 }) => filesRefused > 0)
  if (refused.length === 0) return
  const { rows } = await client.query({
    name: 'keep_refused',
    text: `UPDATE renders r SET files_refused = new.files_refused
      FROM (SELECT prediction_id, max(files_refused) AS files_refused
        FROM unnest($1::text[], $2::int[]) AS said (prediction_id, files_refused) GROUP BY 1) AS new
      JOIN generation_jobs j USING (prediction_id)
      WHERE r.generation_job_id = j.id AND r.files_refused < new.files_refused RETURNING r.generation_job_id AS key`,
    values: [refused.map(({ predictionId }) => predictionId), refused.map(({ filesRefused }) => filesRefused)],
  })
  recordWritten(client, 'renders', keysOf(rows))
}

/** The same for every event and every retry that contains the file: `<job>/<hash of pointer>`. */
export const assetKeyOf = (jobId: string, pointer: string): string =>
  `${folderOf(jobId)}/${sha256(pointer).slice(0, 32)}`

/** The host's ids may be any text. An id that cannot be a folder name is hashed. */
const folderOf = (jobId: string): string =>
  /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/.test(jobId) ? jobId : `h.${sha256(jobId)}`

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
