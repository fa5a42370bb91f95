import { resentKey } from '@sluice/events'
import type { Pool } from 'pg'
import { z } from 'zod'
import { redrive } from '../dead-letters/redrive.ts'
import { queryRows } from '../sql/rows.ts'
import { inTransaction } from '../sql/transaction.ts'
import { type TracedEffect, writeOutbox } from './write-outbox.ts'

const Row = z.object({
  id: z.string(),
  key: z.string(),
  kind: z.string(),
  payload: z.record(z.string(), z.unknown()),
  status: z.string(),
  webhookEventId: z.string().nullable(),
})

/** Without those of a forgotten person. An effect that was sent again is known by the key that it had first. */
const FOUND = `SELECT id::text, regexp_replace(effect_key, '^resend:[^:]+:', '') AS key, kind, payload, status,
    webhook_event_id::text AS "webhookEventId"
  FROM outbox_messages WHERE id = ANY ($1::uuid[]) AND coalesce(error, '') NOT LIKE 'forgotten%' ORDER BY id`

export interface ResentEffects {
  found: number
  /** Keys of dead effects that are tried again. */
  retried: string[]
  /** Keys of ended effects that are carried out once more, as they were before. */
  resent: string[]
}

/**
 * Tries dead effects again, under their keys, and carries out those that have ended once more, under keys of their own:
 * `resend:action<id>:<effect key>`. Those that wait are left. Idempotent per action.
 */
export async function resendEffects(pool: Pool, ids: readonly string[], actionId: string): Promise<ResentEffects> {
  const rows = await queryRows(pool, Row, FOUND, [ids])
  const dead = rows.filter(({ status }) => status === 'failed')
  const ended = rows.filter(({ status }) => status === 'done' || status === 'skipped')
  if (dead.length > 0) await redrive(pool, { effects: dead.map(({ id }) => id) })
  const again = ended.map(({ key, kind, payload, webhookEventId }) => {
    return { key: resentKey(`action${actionId}`, key), kind, payload, webhookEventId } as TracedEffect
  })
  await inTransaction(pool, (client) => writeOutbox(client, again))
  return { found: rows.length, retried: dead.map(({ key }) => key), resent: ended.map(({ key }) => key) }
}
