import type { Pool } from 'pg'
import { z } from 'zod'
import type { TransactionClient } from '../../client.ts'
import { queryRows } from '../../sql/rows.ts'
import { toJsonb } from '../../sql/text.ts'

export const TakenAction = z.object({
  id: z.string(),
  at: z.date(),
  actor: z.string(),
  role: z.string(),
  kind: z.string(),
  filter: z.record(z.string(), z.unknown()),
  reason: z.string(),
  /** How often it was begun since it last advanced, this time included. */
  attempts: z.number(),
  done: z.number(),
  total: z.number().nullable(),
  /** Identifies this run of the action. */
  runId: z.string(),
})

export type TakenAction = z.infer<typeof TakenAction>

/** A run that says nothing for so long has ended with its process. */
export const LEASE_SECONDS = 10

const LEASE = `now() + interval '${LEASE_SECONDS} seconds'`

/** Takes actions that nobody carries out, oldest first: new ones, and those whose worker has ended. */
export const takeActions = (
  pool: Pool,
  { limit, isStop }: { limit: number; isStop: boolean },
): Promise<TakenAction[]> =>
  queryRows(
    pool,
    TakenAction,
    `UPDATE operator_actions a SET state = 'running', attempts = a.attempts + 1, run_id = gen_random_uuid()::text,
        lease_until = ${LEASE}, started_at = coalesce(a.started_at, now())
      FROM (
        SELECT id FROM operator_actions
        WHERE state IN ('queued', 'running') AND (state = 'queued' OR lease_until < now()) AND (kind = 'stop') = $2
        ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED
      ) AS free
      WHERE a.id = free.id
      RETURNING a.id::text, a.at, a.actor, a.role, a.kind, a.filter, a.reason, a.attempts, a.done, a.total,
        a.run_id AS "runId"`,
    [limit, isStop],
  )

export const OURS = `id = $1::bigint AND run_id = $2 AND state = 'running'`

export const isOurs = async (pool: Pool, text: string, values: unknown[]): Promise<boolean> =>
  (await pool.query(text, values)).rowCount === 1

/** @returns false if the action was stopped, or another worker carries it out by now */
export const renewLease = (pool: Pool, { id, runId }: TakenAction): Promise<boolean> =>
  isOurs(pool, `UPDATE operator_actions SET lease_until = ${LEASE} WHERE ${OURS}`, [id, runId])

export interface ActionProgress {
  done: number
  total: number | null
}

/** Adds to what is done within a transaction, so that both happen or neither. @returns as `renewLease` */
export async function addDone(tx: TransactionClient, { id, runId }: TakenAction, more: number): Promise<boolean> {
  const updated = await tx.$executeRaw`UPDATE operator_actions SET done = done + ${more}, attempts = 0
    WHERE id = ${id}::bigint AND run_id = ${runId} AND state = 'running'`
  return updated === 1
}

/** @returns as `renewLease` */
export const writeProgress = (pool: Pool, { id, runId }: TakenAction, { done, total }: ActionProgress) =>
  isOurs(
    pool,
    `UPDATE operator_actions SET done = $3, total = $4, attempts = 0, lease_until = ${LEASE} WHERE ${OURS}`,
    [id, runId, done, total],
  )

export interface ActionEnd {
  state: 'done' | 'failed' | 'refused'
  result?: unknown
  error?: string
}

/** @returns as `renewLease` */
export const endAction = (pool: Pool, { id, runId }: TakenAction, { state, result, error }: ActionEnd) =>
  isOurs(
    pool,
    `UPDATE operator_actions SET state = $3, result = coalesce($4::jsonb, result), error = $5, finished_at = now(),
        run_id = NULL, lease_until = NULL WHERE ${OURS}`,
    [id, runId, state, result === undefined ? null : toJsonb(result), error ?? null],
  )

/** Leaves an action to another worker, or to the next run after `seconds`. */
export const handBack = (pool: Pool, { id, runId }: TakenAction, seconds = 0): Promise<boolean> =>
  isOurs(
    pool,
    `UPDATE operator_actions SET attempts = greatest(attempts - 1, 0), lease_until = now() + $3 * interval '1 second'
      WHERE ${OURS}`,
    [id, runId, seconds],
  )

/** Ends an action that has not ended. Its run notices when it next advances. @returns whether it had not */
export async function stopAction(pool: Pool, id: string): Promise<boolean> {
  const { rowCount } = await pool.query(
    `UPDATE operator_actions SET state = 'stopped', finished_at = now(), run_id = NULL, lease_until = NULL
      WHERE id = $1 AND state IN ('queued', 'running')`,
    [id],
  )
  return rowCount === 1
}
