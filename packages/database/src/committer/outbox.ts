import type { Effect } from '@sluice/events'
import type { PoolClient } from 'pg'
import { toJsonb } from '../text.ts'

export type TracedEffect = Effect & { webhookEventId: string }

/** Writes each effect once per key, and returns the ids of those that are new by the event that caused them. */
export async function writeOutbox(client: PoolClient, effects: TracedEffect[]): Promise<Map<string, string[]>> {
  const written = new Map<string, string[]>()
  if (effects.length === 0) return written
  const rows = effects
    .map(({ webhookEventId, ...effect }) => ({ ...effect, webhook_event_id: webhookEventId }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
  const { rows: added } = await client.query<{ id: string; webhook_event_id: string }>({
    name: 'insert_outbox',
    text: `INSERT INTO outbox_messages (effect_key, kind, payload, webhook_event_id)
      SELECT key, kind, payload, webhook_event_id FROM jsonb_to_recordset($1::jsonb)
      AS new (key text, kind text, payload jsonb, webhook_event_id bigint)
      ON CONFLICT (effect_key) DO NOTHING RETURNING id, webhook_event_id`,
    values: [toJsonb(rows)],
  })
  for (const { id, webhook_event_id } of added) {
    written.set(webhook_event_id, [...(written.get(webhook_event_id) ?? []), id])
  }
  return written
}
