import type { Effect } from '@sluice/events'
import type { PoolClient } from 'pg'
import { z } from 'zod'
import { isSameJson } from '../../merges/same-json.ts'
import type { Journal } from '../../sql/journal.ts'
import { queryRows } from '../../sql/rows.ts'

/** A message or a document that went out. */
export interface SentMessage {
  /** The kind of its effect, `document` for a stored document. */
  kind: string
  /** The key of its effect; of a document `<kind>:<payment>`. */
  key: string
  /** `withdrawn`: no event asks for it any more. `changed`: a row that it is about says something else now. */
  reason: 'withdrawn' | 'changed'
}

const Sent = z.object({
  kind: z.string(),
  key: z.string(),
  about: z.array(z.string()),
  is_ours: z.boolean(),
  payload: z.unknown(),
})

const Document = z.object({ kind: z.string(), key: z.string() })

/**
 * Effects that only change what we store, that tell the staff that something failed, or that tell the host of a change: it
 * is told of the next one as well.
 */
const SILENT = ['features.invalidate', 'host.message', 'dead_letter.opened', 'asset.copy']

/**
 * The messages and documents that would be different.
 *
 * @param tried the events that were revised, the keys of the effects that are asked for now, and their own effects
 * @param journal the rows that would change
 */
export async function sentAbout(
  client: PoolClient,
  tried: { ids: string[]; effects: ReadonlySet<string>; wanted: ReadonlyMap<string, Effect> },
  journal: Journal,
): Promise<SentMessage[]> {
  const changed = [...journal].filter(([table]) => table !== 'outbox_messages')
  const names = changed.flatMap(([table, keys]) => [...keys].map((key) => `${table}/${key}`))
  const keys = new Set(changed.flatMap(([, keys]) => [...keys]))
  const effects = await queryRows(
    client,
    Sent,
    `SELECT kind, effect_key AS key, payload, webhook_event_id = ANY ($2) AS is_ours,
        ARRAY(SELECT value FROM jsonb_each_text(payload)) AS about
      FROM outbox_messages WHERE status = 'done' AND kind <> ALL ($3) AND webhook_event_id IN (
        SELECT unnest($2::bigint[]) UNION SELECT id FROM webhook_events WHERE touched IS NOT NULL AND touched && $1)
      ORDER BY effect_key`,
    [names, tried.ids, SILENT],
  )
  const documents = await queryRows(
    client,
    Document,
    `SELECT 'document' AS kind, kind || ':' || payment_id AS key FROM documents WHERE payment_id = ANY ($1) ORDER BY 2`,
    [[...keys]],
  )
  return [
    ...effects.flatMap(({ kind, key, payload, about, is_ours }): SentMessage[] => {
      if (is_ours && !tried.effects.has(key)) return [{ kind, key, reason: 'withdrawn' }]
      const now = tried.wanted.get(key)
      const isChanged = (now && !isSameJson(now.payload, payload)) || about.some((id) => keys.has(id))
      return isChanged ? [{ kind, key, reason: 'changed' }] : []
    }),
    ...documents.map((one) => ({ ...one, reason: 'changed' as const })),
  ]
}
