import type { Effect, Fact, PredictionFact } from '@sluice/events'
import type { PoolClient } from 'pg'

/** What is to be done about each prediction that is over. */
export type DerivedGenerations = Map<string, Effect[]>

const OVER = ['succeeded', 'failed', 'canceled', 'aborted']

/**
 * What follows from merged jobs that are over, whichever event came last: the host is told, and every file that was ever
 * shown is copied. Not earlier, since what stands at a place may change until then.
 */
export async function deriveGenerations(
  client: PoolClient,
  predictions: PredictionFact[],
): Promise<DerivedGenerations> {
  if (predictions.length === 0) return new Map()
  const { rows } = await client.query<OverRow>({
    name: 'generations_over',
    text: `SELECT j.id, j.prediction_id, array_remove(array_agg(v.asset_key), NULL) AS asset_keys
      FROM generation_jobs j
      LEFT JOIN renders r ON r.generation_job_id = j.id
      LEFT JOIN variants v ON v.render_id = r.id AND v.status = 'pending'
      WHERE j.prediction_id = ANY ($1) AND j.status = ANY ($2) GROUP BY j.id`,
    values: [[...new Set(predictions.map(({ predictionId }) => predictionId))], OVER],
  })
  return new Map(
    rows.map(({ id, prediction_id, asset_keys }) => [
      prediction_id,
      [completedEffect(id), ...asset_keys.map(copyEffect)],
    ]),
  )
}

interface OverRow {
  id: string
  prediction_id: string
  asset_keys: string[]
}

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

/** Of the predictions that an event tells of. */
export const generationEffects = (facts: Fact[], derived: DerivedGenerations): Effect[] =>
  facts.flatMap((fact) => (fact.kind === 'prediction' ? (derived.get(fact.predictionId) ?? []) : []))
