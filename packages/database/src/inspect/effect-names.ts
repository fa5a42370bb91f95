import type { Pool } from 'pg'
import { z } from 'zod'
import { queryRows } from '../sql/rows.ts'

const EffectName = z.object({
  id: z.string(),
  kind: z.string(),
  effectKey: z.string(),
  provider: z.string().nullable(),
  eventId: z.string().nullable(),
})

/** The kind and key of an effect, and the event that caused it. */
export type EffectName = z.infer<typeof EffectName>

const NAMES = `SELECT o.id::text, o.kind, o.effect_key AS "effectKey", e.provider, e.event_id AS "eventId"
  FROM outbox_messages o LEFT JOIN webhook_events e ON e.id = o.webhook_event_id WHERE o.id = ANY ($1::uuid[])`

/** @param ids of rows of the outbox */
export const readEffectNames = (pool: Pool, ids: readonly string[]): Promise<EffectName[]> =>
  queryRows(pool, EffectName, NAMES, [ids])
