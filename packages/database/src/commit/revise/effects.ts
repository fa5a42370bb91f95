import { describeSkip, type Effect, type EffectKind, resentKey, type SkipReason, skip } from '@sluice/events'
import type { PoolClient } from 'pg'
import { z } from 'zod'
import type { DueEffect, TracedEffect } from '../../outbox/write-outbox.ts'
import { writeOutbox } from '../../outbox/write-outbox.ts'
import { keysOf, recordWritten } from '../../sql/journal.ts'
import { parseRows } from '../../sql/rows.ts'
import { toJsonb } from '../../sql/text.ts'

/** Kinds that follow from events and rows alone, so that it can be said that no event has them any more. */
const WITHDRAWABLE: EffectKind[] = [
  ...(['receipt', 'invoice', 'credit_note', 'renewal.upcoming', 'trial.ending', 'checkout.failed'] as const),
  ...(['payment.failed', 'payment.final_notice', 'payment.reminder', 'payment.action_required'] as const),
  ...(['payment_intent.failed', 'invoice.finalization_failed', 'dispute.opened', 'fraud_warning.opened'] as const),
  ...(['generation.completed', 'asset.copy'] as const),
]

/** Gives effects the contents that they have now, unless they were done: a dead letter may be retried. @returns the keys of those that changed */
export async function updateEffects(client: PoolClient, effects: Effect[]): Promise<Set<string>> {
  if (effects.length === 0) return new Set()
  const { rows } = await client.query(
    `UPDATE outbox_messages o SET kind = new.kind, payload = new.payload
      FROM jsonb_to_recordset($1::jsonb) AS new (key text, kind text, payload jsonb)
      WHERE o.effect_key = new.key AND o.status <> 'done' AND (o.kind, o.payload) IS DISTINCT FROM (new.kind, new.payload)
      RETURNING o.effect_key AS key`,
    [toJsonb(effects.map(({ key, kind, payload }) => ({ key, kind, payload })))],
  )
  const keys = keysOf(rows)
  recordWritten(client, 'outbox_messages', keys)
  return new Set(keys)
}

/** Reasons that follow from rows. */
const JUDGED_BY_ROWS: SkipReason[] = ['obsolete', 'missing']

/**
 * Lets effects be judged again that were not carried out because of what rows said, if they or a row that they are about
 * say something else now: nobody has got their message yet.
 *
 * @param changed the keys of these effects and rows
 */
export async function reopenEffects(
  client: PoolClient,
  effects: Effect[],
  changed: ReadonlySet<unknown>,
): Promise<void> {
  const keys = effects.flatMap(({ key, payload }) =>
    [key, ...Object.values(payload)].some((value) => changed.has(value)) ? [key] : [],
  )
  if (keys.length === 0) return
  const { rows } = await client.query(
    `UPDATE outbox_messages SET status = 'pending', attempts = 0, error = NULL, done_at = NULL, sweep_after = now()
      WHERE effect_key = ANY ($1) AND status = 'skipped' AND split_part(error, ':', 1) = ANY ($2)
      RETURNING effect_key AS key`,
    [keys, JUDGED_BY_ROWS.map((reason) => describeSkip(skip(reason)))],
  )
  recordWritten(client, 'outbox_messages', keysOf(rows))
}

/**
 * Deletes the effects of these events that no event has any more, and that wait or were not carried out. Those that were
 * done stay, and those of a forgotten person, so that nobody sends one that has begun.
 */
export async function withdrawEffects(
  client: PoolClient,
  eventIds: string[],
  present: Iterable<string>,
): Promise<void> {
  if (eventIds.length === 0) return
  const { rows } = await client.query(
    `DELETE FROM outbox_messages WHERE webhook_event_id = ANY ($1) AND kind = ANY ($2)
      AND (status = 'pending' OR (status = 'skipped' AND split_part(error, ':', 1) <> $4))
      AND effect_key <> ALL ($3) AND effect_key NOT LIKE '${RESENT}%' RETURNING effect_key AS key`,
    [eventIds, WITHDRAWABLE, [...present], describeSkip(skip('forgotten'))],
  )
  recordWritten(client, 'outbox_messages', keysOf(rows))
}

const RESENT = 'resend:'

const Done = z.object({ key: z.string(), kind: z.string(), payload: z.record(z.string(), z.unknown()) })

/** An event whose effects of some kinds are asked for again. */
export interface Resend {
  webhookEventId: string
  /** Names the replay: each replay asks once. */
  replay: string
  kinds: readonly string[]
  keys: readonly string[]
}

/**
 * Asks again for effects that have ended, under a key of their own: `resend:<replay>:<effect key>`. One that retention has
 * deleted waits again by now, and its message was sent.
 */
export async function resendEffects(client: PoolClient, wanted: Resend[]): Promise<Map<string, DueEffect[]>> {
  const effects: TracedEffect[] = []
  for (const { webhookEventId, replay, kinds, keys } of wanted) {
    if (kinds.length === 0) continue
    const { rows } = await client.query(
      `SELECT effect_key AS key, kind, payload FROM outbox_messages
        WHERE (webhook_event_id = $1 OR effect_key = ANY ($2)) AND kind = ANY ($3)
        AND (status <> 'pending' OR EXISTS (
          SELECT FROM notifications n WHERE n.effect_key = outbox_messages.effect_key AND n.status = 'sent'))
        AND effect_key NOT LIKE '${RESENT}%'`,
      [webhookEventId, keys, kinds],
    )
    for (const { key, ...effect } of parseRows(Done, rows))
      effects.push({ ...effect, key: resentKey(replay, key), webhookEventId } as TracedEffect)
  }
  return writeOutbox(client, effects)
}

/** The key of the effect that copies a file. */
export const copyKeyOf = (assetKey: string): string => `asset:${assetKey.replace('/', ':')}`
