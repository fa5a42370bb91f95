import type { Pool } from 'pg'
import { z } from 'zod'
import { queryRows } from '../sql/rows.ts'

export const ACTION_STATES = ['queued', 'running', 'done', 'failed', 'refused', 'stopped'] as const

export const ActionRow = z.object({
  id: z.string(),
  at: z.date(),
  actor: z.string(),
  role: z.string(),
  address: z.string().nullable(),
  kind: z.string(),
  filter: z.record(z.string(), z.unknown()),
  reason: z.string(),
  state: z.enum(ACTION_STATES),
  preview: z.string().nullable(),
  handlerVersion: z.string().nullable(),
  done: z.number(),
  total: z.number().nullable(),
  result: z.unknown(),
  error: z.string().nullable(),
  startedAt: z.date().nullable(),
  finishedAt: z.date().nullable(),
  hash: z.string(),
})

export type ActionRow = z.infer<typeof ActionRow>

/** Columns of an `ActionRow`, of `operator_actions a`. */
export const ACTION_COLUMNS = `a.id::text AS id, a.at, a.actor, a.role, a.address, a.kind, a.filter, a.reason, a.state,
  a.preview::text AS preview, a.handler_version AS "handlerVersion", a.done, a.total, a.result, a.error,
  a.started_at AS "startedAt", a.finished_at AS "finishedAt", a.hash`

export async function readAction(pool: Pool, id: string): Promise<ActionRow | null> {
  const text = `SELECT ${ACTION_COLUMNS} FROM operator_actions a WHERE a.id = $1`
  const [row] = await queryRows(pool, ActionRow, text, [id])
  return row ?? null
}

const Broken = z.object({ id: z.string(), problem: z.enum(['gap', 'order', 'row', 'content']) })

export type BrokenAction = z.infer<typeof Broken>

/**
 * Computes the chain of hashes again, from the first action on.
 *
 * @returns the rows that do not fit: `gap` (one before it is missing), `order` (it does not follow the one before it),
 * `row` or `content` (it was changed). None: nobody has changed an action since it was inserted.
 */
export const verifyActions = (pool: Pool): Promise<BrokenAction[]> =>
  queryRows(pool, Broken, 'SELECT id::text, problem FROM sluice_verify_actions()')
