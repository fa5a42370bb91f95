import type { Pool } from 'pg'
import { z } from 'zod'
import { queryRows } from '../sql/rows.ts'
import { EVENT_COLUMNS, EventRow } from './events.ts'
import { listGenerations } from './generations.ts'

/** More than any prediction has: each status arrives once, and outputs a few times. */
const EVENTS_MAX = 200

const Metrics = z.object({ metrics: z.record(z.string(), z.unknown()).nullable() })

const Part = z.object({ pointer: z.string(), type: z.string(), characters: z.number().nullable() })

const EVENTS = `SELECT ${EVENT_COLUMNS} FROM webhook_events e
  WHERE e.provider = 'replicate' AND e.ordering_key = 'replicate:' || $1 ORDER BY e.id LIMIT ${EVENTS_MAX}`

const Effect = z.object({
  effectKey: z.string(),
  kind: z.string(),
  status: z.string(),
  attempts: z.number(),
  error: z.string().nullable(),
  doneAt: z.date().nullable(),
})

const EFFECTS = `SELECT effect_key AS "effectKey", kind, status, attempts, error, done_at AS "doneAt"
  FROM outbox_messages WHERE webhook_event_id = ANY ($1::bigint[]) AND kind <> 'features.invalidate'
  ORDER BY effect_key LIMIT 500`

export type GenerationLife = NonNullable<Awaited<ReturnType<typeof readGeneration>>>

/** A prediction and all that became of it; null if the host has no such row. Of its output, the parts without values. */
export async function readGeneration(pool: Pool, prediction: string) {
  const [generation] = await listGenerations(pool, { prediction }, { limit: 1 })
  if (generation === undefined) return null
  const events = await queryRows(pool, EventRow, EVENTS, [prediction])
  const [found] = await queryRows(pool, Metrics, 'SELECT metrics FROM generation_jobs WHERE id = $1', [generation.id])
  return {
    generation,
    events,
    metrics: found?.metrics ?? null,
    output: await queryRows(pool, Part, 'SELECT * FROM sluice_output_parts($1)', [generation.id]),
    effects: await queryRows(pool, Effect, EFFECTS, [events.map(({ id }) => id)]),
  }
}
