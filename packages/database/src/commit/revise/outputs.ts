import type { OutputFact } from '@sluice/events'
import type { PoolClient } from 'pg'
import { z } from 'zod'
import type { MergeRules, Traced } from '../../merges/index.ts'
import { fold } from '../../merges/merge-rows.ts'
import { outputMerge } from '../../merges/output.ts'
import { keysOf, recordWritten } from '../../sql/journal.ts'
import { queryRows, registers } from '../../sql/rows.ts'
import { type Rewritten, rewriteRows } from './write-rows.ts'

const Stored = z.object({ key: z.string(), prediction: z.string(), registers: registers() })

/**
 * Makes the files of these predictions again. A file that no event names any more goes, its copy in the asset store
 * stays.
 *
 * @param predictions ids
 * @param kept those whose files are merged into and not made again
 */
export async function reviseOutputs(
  client: PoolClient,
  predictions: string[],
  said: Traced<OutputFact>[],
  kept: ReadonlySet<string>,
  rules: MergeRules,
): Promise<Rewritten | undefined> {
  if (predictions.length === 0) return undefined
  await forgetRefused(
    client,
    predictions.filter((id) => !kept.has(id)),
    said,
  )
  const inputs = said.length > 0 ? ((await outputMerge.inputsOf?.(client, said)) ?? []) : []
  const stored = await queryRows(
    client,
    Stored,
    `SELECT v.asset_key AS key, j.prediction_id AS prediction, v.registers FROM variants v
      JOIN renders r ON r.id = v.render_id JOIN generation_jobs j ON j.id = r.generation_job_id
      WHERE j.prediction_id = ANY ($1) AND v.asset_key IS NOT NULL ORDER BY v.asset_key FOR NO KEY UPDATE OF v`,
    [predictions],
  )
  const before = new Map(stored.map((row) => [row.key, row]))
  const folded = fold(outputMerge, inputs)
  const rows = [...new Set([...before.keys(), ...folded.keys()])].sort().map((key) => {
    const row = before.get(key)
    const one = folded.get(key)
    const base = row && kept.has(row.prediction) ? row.registers : undefined
    const after = base && one ? outputMerge.join(base as never, one.registers as never) : (one?.registers ?? base)
    return { key, before: row?.registers, after, once: one?.once ?? {}, eventId: '' }
  })
  const written = await rewriteRows(client, outputMerge, rows, rules)
  const named = new Set(said.map(({ predictionId }) => predictionId))
  await deleteRenders(
    client,
    predictions.filter((id) => !kept.has(id) && !named.has(id)),
  )
  return written
}

/** The number of files beyond those that are copied is that of the present statements. */
async function forgetRefused(client: PoolClient, predictions: string[], said: OutputFact[]): Promise<void> {
  const most = new Map(predictions.map((id) => [id, 0]))
  for (const { predictionId, filesRefused = 0 } of said) {
    const known = most.get(predictionId)
    if (known !== undefined) most.set(predictionId, Math.max(known, filesRefused))
  }
  const { rows } = await client.query(
    `UPDATE renders r SET files_refused = new.files_refused
      FROM unnest($1::text[], $2::int[]) AS new (prediction_id, files_refused) JOIN generation_jobs j USING (prediction_id)
      WHERE r.generation_job_id = j.id AND r.files_refused > new.files_refused RETURNING r.generation_job_id AS key`,
    [[...most.keys()], [...most.values()]],
  )
  recordWritten(client, 'renders', keysOf(rows))
}

/** Renders of which no event speaks any more. */
async function deleteRenders(client: PoolClient, predictions: string[]): Promise<void> {
  const { rows } = await client.query(
    `DELETE FROM renders r USING generation_jobs j
      WHERE r.generation_job_id = j.id AND j.prediction_id = ANY ($1)
      AND NOT EXISTS (SELECT FROM variants v WHERE v.render_id = r.id) RETURNING r.generation_job_id AS key`,
    [predictions],
  )
  recordWritten(client, 'renders', keysOf(rows))
}
