import { describeSkip, type Effect, type EffectKind, isNoticed, skip } from '@sluice/events'
import type { PoolClient } from 'pg'
import { z } from 'zod'
import { keysOf, recordWritten } from '../sql/journal.ts'
import { parseRows } from '../sql/rows.ts'
import { toJsonb } from '../sql/text.ts'

/** An effect, and the row of the inbox that it came from; null if it follows from a host's change or a schedule. */
export type TracedEffect = Effect & { webhookEventId: string | null }

const Added = z.object({
  id: z.string(),
  key: z.string(),
  webhook_event_id: z.string().nullable(),
  delay_ms: z.number().nullable(),
})

/** A new effect that is due now or in a moment. */
export interface DueEffect {
  id: string
  key: string
  kind: EffectKind
  payload: object
  /** Milliseconds until it may run. */
  delayMs: number
}

/** Messages to the host have no jobs: a worker sends them from the outbox, in order. No sweep may look for their jobs. */
export const HOST_KIND = 'host.message' satisfies EffectKind

/** An effect that waits longer has no job until the sweeper finds it due. */
const MOMENT_MS = 60_000

const PAST = describeSkip(skip('past', 'recorded without messages'))

/**
 * Writes each effect once per key. Returns new effects that are due now or in a moment, by the event that caused them.
 * The sweeper enqueues the others when they are due; writing a key again does not reschedule its effect.
 *
 * An effect that people or the host would notice, and that only silent events cause, is written as skipped. Its key is
 * used up then: a later event about the same thing repeats the past, whether or not it is silent.
 *
 * @param silent the rows of the inbox whose events are silent
 */
export async function writeOutbox(
  client: PoolClient,
  effects: TracedEffect[],
  silent: ReadonlySet<string> = new Set(),
): Promise<Map<string, DueEffect[]>> {
  const written = new Map<string, DueEffect[]>()
  if (effects.length === 0) return written
  const byKey = chosenByKey(effects, silent)
  const inserted = await client.query({
    name: 'insert_outbox',
    text: `INSERT INTO outbox_messages
        (effect_key, kind, payload, webhook_event_id, status, error, done_at, available_at, sweep_after)
      SELECT key, kind, payload, webhook_event_id, CASE WHEN past IS NULL THEN 'pending' ELSE 'skipped' END, past,
        CASE WHEN past IS NOT NULL THEN now() END, greatest(available_at, earliest),
        CASE WHEN kind = '${HOST_KIND}' THEN now() + '100 years'::interval
          WHEN available_at > now() + make_interval(secs => ${MOMENT_MS / 1_000}) THEN available_at
          ELSE greatest(now(), available_at, earliest) + '3 s'::interval END
      FROM jsonb_to_recordset($1::jsonb) AS new (key text, kind text, payload jsonb, webhook_event_id bigint, past text,
          available_at timestamptz, wait_seconds integer),
        LATERAL (SELECT now() + make_interval(secs => coalesce(wait_seconds, 0)) AS earliest) AS waiting
      ON CONFLICT (effect_key) DO NOTHING
      RETURNING id, effect_key AS key, webhook_event_id,
        CASE WHEN status = 'pending' AND kind <> '${HOST_KIND}' THEN round(extract(epoch FROM available_at - now()) * 1000)::float8 END AS delay_ms`,
    values: [toJsonb(rowsOf(byKey, silent))],
  })
  const added = parseRows(Added, inserted.rows)
  recordWritten(client, 'outbox_messages', keysOf(added))
  for (const { id, key, webhook_event_id, delay_ms: delayMs } of added) {
    const chosen = byKey.get(key)
    if (!chosen || webhook_event_id === null || delayMs === null || delayMs > MOMENT_MS) continue
    const ofEvent = written.get(webhook_event_id)
    const effect = { id, key, kind: chosen.kind, payload: chosen.payload, delayMs: Math.max(0, delayMs) }
    if (ofEvent) ofEvent.push(effect)
    else written.set(webhook_event_id, [effect])
  }
  return written
}

const isSilentIn = ({ webhookEventId }: TracedEffect, silent: ReadonlySet<string>): boolean =>
  webhookEventId !== null && silent.has(webhookEventId)

/** One effect per key: of its first event that is not silent, else of its first event. */
function chosenByKey(effects: TracedEffect[], silent: ReadonlySet<string>): Map<string, TracedEffect> {
  const byKey = new Map<string, TracedEffect>()
  for (const effect of effects) {
    const other = byKey.get(effect.key)
    if (!other || (isSilentIn(other, silent) && !isSilentIn(effect, silent))) byKey.set(effect.key, effect)
  }
  return byKey
}

/** Sorted by key. */
function rowsOf(byKey: Map<string, TracedEffect>, silent: ReadonlySet<string>) {
  return [...byKey.values()]
    .map((effect) => {
      const { webhookEventId, availableAt, waitSeconds, ...others } = effect
      return {
        available_at: availableAt,
        wait_seconds: waitSeconds,
        webhook_event_id: webhookEventId,
        ...(isNoticed(effect.kind) && isSilentIn(effect, silent) && { past: PAST }),
        ...others,
      }
    })
    .sort((a, b) => (a.key < b.key ? -1 : 1))
}
