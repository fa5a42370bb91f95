import type { PoolClient } from 'pg'
import { z } from 'zod'
import { MERGES } from '../merges/index.ts'
import { keysOf, recordWritten } from '../sql/journal.ts'
import { parseRows } from '../sql/rows.ts'

export interface Derived {
  /** User ids by customer id, for customers whose user is known. */
  userOf: Map<string, string>
  /** Users whose role changed. */
  changedUsers: Set<string>
}

const Linked = z.object({ customer_id: z.string(), before: z.string().nullable(), after: z.string().nullable() })

/**
 * Links customers, and the rows that reference them, to users, then derives the roles of these users. Runs after the
 * merges, because it reads merged rows. Users are locked in a separate statement before their role is computed, because
 * two transactions may each change a different customer of the same user.
 */
export async function deriveUsers(client: PoolClient, customerIds: string[]): Promise<Derived> {
  if (customerIds.length === 0) return { userOf: new Map(), changedUsers: new Set() }
  const linked = await findUsers(client, customerIds)
  const moved = linked.filter(({ before, after }) => before !== after).map(({ customer_id }) => customer_id)
  if (moved.length > 0) await linkCustomers(client, moved)
  await linkRows(client, customerIds)
  const users = linked.flatMap(({ before, after }) => [before, after]).filter((user) => user !== null)
  const changed = users.length > 0 ? await deriveRoles(client, [...new Set(users)]) : []
  return {
    userOf: new Map(linked.flatMap(({ customer_id, after }) => (after === null ? [] : [[customer_id, after]]))),
    changedUsers: new Set(changed),
  }
}

/** The host's link takes precedence. The link from events applies once the host has that user. */
const LINK = `SELECT c.stripe_customer_id AS customer_id, c.user_id AS before, coalesce(host.id, named.id) AS after
  FROM customers c
  LEFT JOIN users host ON host.stripe_customer_id = c.stripe_customer_id
  LEFT JOIN users named ON named.id = c.link_user_id
  WHERE c.stripe_customer_id = ANY ($1)`

async function findUsers(client: PoolClient, customerIds: string[]): Promise<z.infer<typeof Linked>[]> {
  const { rows } = await client.query({ name: 'find_users', text: LINK, values: [customerIds] })
  return parseRows(Linked, rows)
}

async function linkCustomers(client: PoolClient, customerIds: string[]): Promise<void> {
  const text = `UPDATE customers c SET user_id = link.after FROM (${LINK}) AS link
    WHERE c.stripe_customer_id = link.customer_id`
  await client.query({ name: 'link_customers', text, values: [customerIds] })
  recordWritten(client, 'customers', customerIds)
}

const WITH_USER = MERGES.filter(({ hasUser }) => hasUser)

async function linkRows(client: PoolClient, customerIds: string[]): Promise<void> {
  for (const { table, key } of WITH_USER) {
    const text = `UPDATE ${table} AS row SET user_id = c.user_id FROM customers c
      WHERE c.stripe_customer_id = row.stripe_customer_id AND c.stripe_customer_id = ANY ($1)
      AND row.user_id IS DISTINCT FROM c.user_id RETURNING row.${key} AS key`
    const { rows } = await client.query({ name: `link_${table}`, text, values: [customerIds] })
    recordWritten(client, table, keysOf(rows))
  }
}

async function deriveRoles(client: PoolClient, userIds: string[]): Promise<string[]> {
  await client.query({
    name: 'lock_users',
    text: 'SELECT id FROM users WHERE id = ANY ($1) ORDER BY id FOR UPDATE',
    values: [userIds],
  })
  const { rows } = await client.query({
    name: 'derive_roles',
    text: `UPDATE users u SET role = new.role FROM (
        SELECT id, CASE WHEN EXISTS (SELECT 1 FROM subscriptions s WHERE s.user_id = users.id
          AND s.is_active AND s.gives_premium AND (s.access_until IS NULL OR s.access_until > now()))
          THEN 'PREMIUM' ELSE 'FREE' END AS role
        FROM users WHERE id = ANY ($1)
      ) AS new WHERE u.id = new.id AND u.role IS DISTINCT FROM new.role RETURNING u.id AS key`,
    values: [userIds],
  })
  const changed = keysOf(rows)
  recordWritten(client, 'users', changed)
  return changed
}
