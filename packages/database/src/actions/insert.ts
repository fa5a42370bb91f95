import type { Pool } from 'pg'
import { z } from 'zod'
import { queryRows } from '../sql/rows.ts'
import { toJsonb } from '../sql/text.ts'
import type { CheckedAction } from './check.ts'
import type { ActionRole } from './kinds/kind.ts'

export interface NewAction extends CheckedAction {
  /** A user of the console, or `cli:<system user>`. */
  actor: string
  role: ActionRole
  /** IP address of the request. */
  address: string | null
  reason: string
}

const Id = z.object({ id: z.string() })

/** Appends an action to the chain. A worker takes it within seconds. @returns its id */
export async function insertAction(pool: Pool, action: NewAction): Promise<string> {
  const { actor, role, address, kind, filter, reason } = action
  const [row] = await queryRows(
    pool,
    Id,
    `INSERT INTO operator_actions (actor, role, address, kind, filter, reason)
      VALUES ($1, $2, $3, $4, $5::jsonb, $6) RETURNING id::text`,
    [actor, role, address, kind, toJsonb(filter), reason],
  )
  if (!row) throw new TypeError('an insert returns its row')
  return row.id
}
