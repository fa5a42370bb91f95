import { type Effect, type Fact, FINAL_PREDICTION_STATUSES, type PredictionFact } from '@sluice/events'
import type { PoolClient } from 'pg'
import { z } from 'zod'
import { parseRows } from '../sql/rows.ts'

export interface Generation {
  jobId: string
  /** Its final status. */
  status: string
  effects: Effect[]
  /** Whether events reported more than one final status. */
  isContradicted: boolean
}

/** Generations that have ended, by prediction. */
export type Generations = Map<string, Generation>

const EndedRow = z.object({
  id: z.string(),
  status: z.string(),
  prediction_id: z.string(),
  is_contradicted: z.boolean(),
  asset_keys: z.array(z.string()),
})

/**
 * Derives the effects of generations that have ended: notify the host, and copy every output file that any event
 * contained. Files are not copied earlier, because the file at a position of the output may change until the prediction
 * ends.
 */
export async function deriveGenerations(
  client: PoolClient,
  predictions: Pick<PredictionFact, 'predictionId'>[],
): Promise<Generations> {
  if (predictions.length === 0) return new Map()
  const { rows } = await client.query({
    name: 'ended_generations',
    text: `SELECT j.id, j.status, j.prediction_id, jsonb_array_length(j.registers -> 'endings') > 1 AS is_contradicted, array_remove(array_agg(v.asset_key), NULL) AS asset_keys
      FROM generation_jobs j
      LEFT JOIN renders r ON r.generation_job_id = j.id
      LEFT JOIN variants v ON v.render_id = r.id AND v.status = 'pending'
      WHERE j.prediction_id = ANY ($1) AND j.status = ANY ($2) GROUP BY j.id`,
    values: [[...new Set(predictions.map(({ predictionId }) => predictionId))], FINAL_PREDICTION_STATUSES],
  })
  return new Map(parseRows(EndedRow, rows).map((row) => [row.prediction_id, generationOf(row)]))
}

const generationOf = ({ id, status, is_contradicted, asset_keys }: z.infer<typeof EndedRow>): Generation => ({
  jobId: id,
  status,
  effects: [completedEffect(id), ...asset_keys.map(copyEffect)],
  isContradicted: is_contradicted,
})

const completedEffect = (jobId: string): Effect => ({
  key: `generation:${jobId}`,
  kind: 'generation.completed',
  payload: { jobId },
})

const copyEffect = (assetKey: string): Effect => ({
  key: `asset:${assetKey.replace('/', ':')}`,
  kind: 'asset.copy',
  payload: { assetKey },
})

/** The effects of all generations that an event is about. */
export const generationEffects = (facts: Fact[], generations: Generations): Effect[] =>
  facts.flatMap((fact) => (fact.kind === 'prediction' ? (generations.get(fact.predictionId)?.effects ?? []) : []))
