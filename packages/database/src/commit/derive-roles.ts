import type { PoolClient } from 'pg'
import { z } from 'zod'
import { hasStarted } from '../merges/subscription-access.ts'
import { recordWritten } from '../sql/journal.ts'
import { lockRows } from '../sql/locked-rows.ts'
import { noteRowChanges, type RowChange } from '../sql/row-changes.ts'
import { parseRows } from '../sql/rows.ts'

const Role = z.object({ key: z.string(), before: z.string(), after: z.string() })

/** A user's new role. */
export type RoleChange = z.infer<typeof Role>

/** Records new roles. */
export const noteRoles = (client: PoolClient, roles: RoleChange[], why: (user: string) => RoleReason): void =>
  noteRowChanges(
    client,
    roles.map((role) => ({ table: 'users', column: 'role', ...role, ...why(role.key) })),
  )

/** The event that decided, or why without one. */
export type RoleReason = Pick<RowChange, 'eventId' | 'cause'>

/**
 * Derives the roles of these users: `PREMIUM` while one of their subscriptions gives it, else `FREE`. A user of whom no
 * subscription is known that has started keeps the role that the host gave, and one who is linked to a subscription no more has that
 * role again, except `subscribers`: they had the subscription for certain, so its loss counts.
 *
 * Users are locked in a separate statement before, because two transactions may each change a different customer of the
 * same user.
 *
 * @returns the new roles, which the caller must record with their reason
 * @throws {LockedRowsError} if another session has locked one of them
 */
export async function deriveRoles(
  client: PoolClient,
  users: ReadonlySet<string>,
  subscribers: ReadonlySet<string>,
): Promise<RoleChange[]> {
  if (users.size === 0) return []
  await lockRows(client, { table: 'users', column: 'id', keys: [...users] })
  const { rows } = await client.query({
    name: 'derive_roles',
    text: `UPDATE users u SET role = new.role, host_role = new.host_role, had_subscription = new.had_subscription
      FROM (
        SELECT id, before, had_subscription,
          CASE WHEN is_premium THEN 'PREMIUM' WHEN is_known THEN 'FREE' ELSE coalesce(host_role, before) END AS role,
          CASE WHEN is_premium OR is_known THEN coalesce(host_role, before) END AS host_role
        FROM (
          SELECT id, role AS before, host_role, had_subscription OR id = ANY ($2) AS had_subscription,
            EXISTS (SELECT FROM subscriptions s WHERE s.user_id = users.id AND s.is_active AND s.gives_premium
              AND (s.access_until IS NULL OR s.access_until > now())) AS is_premium,
            had_subscription OR id = ANY ($2)
              OR EXISTS (SELECT FROM subscriptions s WHERE s.user_id = users.id AND ${hasStarted('s')}) AS is_known
          FROM users WHERE id = ANY ($1)
        ) AS subscriber
      ) AS new
      WHERE u.id = new.id
        AND (u.role, u.host_role, u.had_subscription) IS DISTINCT FROM (new.role, new.host_role, new.had_subscription)
      RETURNING u.id AS key, new.before, u.role AS after`,
    values: [[...users], [...subscribers]],
  })
  const written = parseRows(Role, rows)
  recordWritten(
    client,
    'users',
    written.map(({ key }) => key),
  )
  return written.filter(({ before, after }) => before !== after)
}
