import type { PoolClient } from 'pg'
import { z } from 'zod'
import { hasStarted } from '../../merges/subscription-access.ts'
import { keysOf, recordWritten } from '../../sql/journal.ts'
import { lockRows } from '../../sql/locked-rows.ts'
import { parseRows, queryRows } from '../../sql/rows.ts'
import { keysIn } from './row-names.ts'

/** Users that rows lead to. */
export interface Owners {
  users: Set<string>
  customers: Set<string>
  /** Users whom metadata or the host has named for a subscription. */
  subscribers: Set<string>
}

const Owner = z.object({
  user_id: z.string().nullable(),
  customer: z.string().nullable(),
  subscribers: z.array(z.string()).nullable(),
})

/** Reads the owners of these rows as they are now. @param rows as `table/key` */
export async function ownersOf(
  client: PoolClient,
  rows: ReadonlySet<string>,
  payments: Iterable<string>,
): Promise<Owners> {
  const found = await queryRows(
    client,
    Owner,
    `SELECT c.user_id, c.stripe_customer_id AS customer,
        CASE WHEN c.is_subscriber THEN array_remove(c.own_user_ids || u.id, NULL) END AS subscribers
      FROM customers c LEFT JOIN users u ON u.stripe_customer_id = c.stripe_customer_id AND c.gives_access
      WHERE c.stripe_customer_id = ANY ($1)
      UNION ALL SELECT user_id, stripe_customer_id, CASE WHEN ${hasStarted('s')} THEN own_user_ids END
      FROM subscriptions s WHERE stripe_subscription_id = ANY ($2)
      UNION ALL SELECT user_id, stripe_customer_id, NULL FROM payments WHERE payment_id = ANY ($3)`,
    [keysIn('customers', rows), keysIn('subscriptions', rows), [...payments]],
  )
  return {
    users: new Set(found.flatMap(({ user_id }) => user_id ?? [])),
    customers: new Set(found.flatMap(({ customer }) => customer ?? [])),
    subscribers: new Set(found.flatMap(({ subscribers }) => subscribers ?? [])),
  }
}

/**
 * Withdraws that these users had a subscription, unless another row says so. Their role is then the host's again, where
 * no subscription of theirs is known.
 */
export async function withdrawSubscribers(client: PoolClient, users: string[]): Promise<void> {
  if (users.length === 0) return
  await lockRows(client, { table: 'users', column: 'id', keys: users })
  const isNamed = (row: string) =>
    `u.id = ANY (${row}.own_user_ids) AND (${row}.user_id = u.id OR ${row}.link_user_ids && ARRAY[u.id])`
  const { rows } = await client.query({
    text: `UPDATE users u SET had_subscription = false
      WHERE u.id = ANY ($1) AND u.had_subscription
      AND NOT EXISTS (SELECT FROM customers c WHERE c.stripe_customer_id = u.stripe_customer_id AND c.is_subscriber AND c.gives_access)
      AND NOT EXISTS (SELECT FROM customers c WHERE c.is_subscriber AND ${isNamed('c')})
      AND NOT EXISTS (SELECT FROM subscriptions s WHERE ${hasStarted('s')} AND ${isNamed('s')})
      RETURNING u.id AS key`,
    values: [users],
  })
  recordWritten(client, 'users', keysOf(parseRows(z.object({ key: z.string() }), rows)))
}
