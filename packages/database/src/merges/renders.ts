import { createHash } from 'node:crypto'
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
      SELECT id FROM generation_jobs WHERE prediction_id = ANY ($1) ORDER BY id
      ON CONFLICT (generation_job_id) DO NOTHING RETURNING generation_job_id AS key`,
    values,
  })
  recordWritten(client, 'renders', keysOf(inserted))
  const { rows } = await client.query({
    name: 'renders_of',
    text: `SELECT r.id, j.id AS "jobId", j.prediction_id AS "predictionId"
      FROM generation_jobs j JOIN renders r ON r.generation_job_id = j.id WHERE j.prediction_id = ANY ($1)`,
    values,
  })
  return new Map(parseRows(Render, rows).map((row) => [row.predictionId, row]))
}

/** The same for every event and every retry that contains the file: `<job>/<hash of pointer>`. */
export const assetKeyOf = (jobId: string, pointer: string): string =>
  `${folderOf(jobId)}/${sha256(pointer).slice(0, 32)}`

/** The host's ids may be any text. An id that cannot be a folder name is hashed. */
const folderOf = (jobId: string): string =>
  /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/.test(jobId) ? jobId : `h.${sha256(jobId)}`

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
