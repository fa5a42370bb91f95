import type { OutputFact } from '@sluice/events'
import type { PoolClient } from 'pg'
import { mergeRows } from '../merges/merge-rows.ts'
import { type VariantLook, variantMerge } from '../merges/variant.ts'
import { assetKeyOf } from './asset-key.ts'
import { keysOf, noteWritten } from './journal.ts'

/**
 * Makes one render a job and one variant a file. The rows of the jobs are locked by then, since every look at an output
 * is a look at its prediction too; a job that the host has not written yet has neither.
 */
export async function writeOutput(client: PoolClient, facts: OutputFact[]): Promise<void> {
  if (facts.length === 0) return
  const renders = await rendersOf(client, [...new Set(facts.map(({ predictionId }) => predictionId))])
  const looks = facts.flatMap(({ predictionId, files, final, completedAt }): VariantLook[] => {
    const render = renders.get(predictionId)
    if (!render) return []
    const { id: renderId, jobId } = render
    return files.map((file) => ({ final, completedAt, renderId, assetKey: assetKeyOf(jobId, file.pointer), ...file }))
  })
  await mergeRows(client, variantMerge, looks)
}

/** By prediction. */
async function rendersOf(client: PoolClient, predictionIds: string[]): Promise<Map<string, Render>> {
  const { rows: made } = await client.query<{ key: string }>({
    name: 'insert_renders',
    text: `INSERT INTO renders (generation_job_id)
      SELECT id FROM generation_jobs WHERE prediction_id = ANY ($1) ORDER BY id
      ON CONFLICT (generation_job_id) DO NOTHING RETURNING generation_job_id AS key`,
    values: [predictionIds],
  })
  noteWritten(client, 'renders', 'generation_job_id', keysOf(made))
  const { rows } = await client.query<Render & { predictionId: string }>({
    name: 'renders_of',
    text: `SELECT r.id, j.id AS "jobId", j.prediction_id AS "predictionId"
      FROM generation_jobs j JOIN renders r ON r.generation_job_id = j.id WHERE j.prediction_id = ANY ($1)`,
    values: [predictionIds],
  })
  return new Map(rows.map((row) => [row.predictionId, row]))
}

interface Render {
  id: string
  jobId: string
}
