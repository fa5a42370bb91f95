import type { Pool } from 'pg'
import { z } from 'zod'
import { queryRows } from '../../sql/rows.ts'
import { toJsonb } from '../../sql/text.ts'
import type { KindName } from '../kinds/index.ts'

export interface OwnAction {
  /** `cli:<system user>`. */
  actor: string
  kind: KindName
  filter: object
}

/** Appends an action that this process carries out itself, as the owner of the database. No worker takes it. @returns its id */
export async function beginOwnAction(pool: Pool, { actor, kind, filter }: OwnAction): Promise<string> {
  const [row] = await queryRows(
    pool,
    z.object({ id: z.string() }),
    `INSERT INTO operator_actions (actor, role, kind, filter, reason, state, started_at)
      VALUES ($1, 'admin', $2, $3::jsonb, 'on the command line', 'running', now()) RETURNING id::text`,
    [actor, kind, toJsonb(filter)],
  )
  if (!row) throw new TypeError('an insert returns its row')
  return row.id
}

export interface OwnEnd {
  state: 'done' | 'failed' | 'stopped'
  done: number
  total: number | null
  result: object | null
}

export const endOwnAction = async (pool: Pool, id: string, { state, done, total, result }: OwnEnd): Promise<void> =>
  void (await pool.query(
    `UPDATE operator_actions SET state = $2, done = $3, total = $4, result = $5::jsonb, finished_at = now() WHERE id = $1`,
    [id, state, done, total, result === null ? null : toJsonb(result)],
  ))
