import type { PoolClient } from 'pg'
import { z } from 'zod'
import { firstUserIn } from '../merges/links.ts'
import { sameOrigin } from '../merges/stripe.ts'
import { hasStarted } from '../merges/subscription-access.ts'
import { keysOf, recordWritten } from '../sql/journal.ts'
import { lockingRows } from '../sql/locked-rows.ts'
import { parseRows } from '../sql/rows.ts'

export interface Linked {
  usersOf: Map<string, Set<string>>
  /** All users whose role may depend on these customers. */
  users: Set<string>
  /** Users whom the host, or metadata of the object itself, has named for a subscription. */
  subscribers: Set<string>
  /** Users who won or lost a row. */
  movedUsers: Set<string>
  moved: Moved
  /** Customers with another user than before. */
  movedCustomers: string[]
  /** Subscriptions with another user than before, and their customers. */
  movedSubscriptions: { subscription: string; customer: string }[]
  /** The customers that each user was found by. */
  customersOf: ReadonlyMap<string, ReadonlySet<string>>
}

/** Rows with another user than before, or rows that may belong to another origin than before. */
export interface Moved {
  customers: string[]
  subscriptions: string[]
}

const user = z.string().nullable()
const users = z.array(z.string()).nullable()

const Row = z.object({
  customer: z.string(),
  before: user,
  after: user,
  subscribers: users,
  subscription: z.string().nullable(),
  subscription_before: user,
  subscription_after: user,
  subscription_subscribers: users,
})

type Row = z.infer<typeof Row>

/**
 * Customers and their subscriptions, with their users. The host's link takes precedence over links from events, of
 * which the strongest counts whose user exists. A subscription's own link takes precedence over its customer's, which
 * counts only for subscriptions of the customer's own origin.
 */
const FIND = `SELECT c.stripe_customer_id AS customer, c.user_id AS before, coalesce(host.id, named.id) AS after,
    CASE WHEN c.is_subscriber THEN array_remove(c.own_user_ids || host.id, NULL) END AS subscribers,
    s.stripe_subscription_id AS subscription, s.user_id AS subscription_before,
    coalesce(${firstUserIn('s.link_user_ids')}, CASE WHEN ${sameOrigin('s', 'c')} THEN coalesce(host.id, named.id) END)
      AS subscription_after,
    CASE WHEN ${hasStarted('s')} THEN s.own_user_ids END AS subscription_subscribers
  FROM customers c
  LEFT JOIN users host ON host.stripe_customer_id = c.stripe_customer_id AND c.gives_access
  LEFT JOIN LATERAL (SELECT ${firstUserIn('c.link_user_ids')} AS id) AS named ON true
  LEFT JOIN subscriptions s ON s.stripe_customer_id = c.stripe_customer_id
  WHERE c.stripe_customer_id = ANY ($1)`

/** Links customers, with their entitlements, and their subscriptions to users. */
export async function linkRows(client: PoolClient, customerIds: string[], contested: Moved): Promise<Linked> {
  if (customerIds.length === 0) return linkedOf([], contested)
  const found = await client.query({ name: 'find_users', text: FIND, values: [customerIds] })
  const rows = parseRows(Row, found.rows)
  const linked = linkedOf(rows, contested)
  if (rows.some(isCustomerMoved)) await linkCustomers(client, rows)
  if (rows.some(isSubscriptionMoved)) await linkSubscriptions(client, rows)
  if (contested.customers.length > 0) await linkEntitlements(client, contested.customers)
  return linked
}

function linkedOf(rows: Row[], contested: Moved): Linked {
  const moved = rows.filter(isCustomerMoved)
  const movedSubscriptions = rows.filter(isSubscriptionMoved)
  const usersOf = new Map<string, Set<string>>()
  for (const row of rows) {
    const all = usersOf.get(row.customer) ?? new Set()
    usersOf.set(row.customer, all)
    for (const id of [...customerUsers(row), ...subscriptionUsers(row)]) all.add(id)
  }
  const subscribers = new Set(
    rows.flatMap((row) => [...(row.subscribers ?? []), ...(row.subscription_subscribers ?? [])]),
  )
  return {
    usersOf,
    users: new Set([...[...usersOf.values()].flatMap((all) => [...all]), ...subscribers]),
    subscribers,
    movedUsers: new Set([...moved.flatMap(customerUsers), ...movedSubscriptions.flatMap(subscriptionUsers)]),
    moved: {
      customers: [...new Set([...contested.customers, ...moved.map(({ customer }) => customer)])],
      subscriptions: [
        ...contested.subscriptions,
        ...movedSubscriptions.flatMap(({ subscription }) => subscription ?? []),
      ],
    },
    movedCustomers: [...new Set(moved.map(({ customer }) => customer))],
    movedSubscriptions: movedSubscriptions.flatMap(({ customer, subscription }) =>
      subscription ? [{ customer, subscription }] : [],
    ),
    get customersOf() {
      return customersOf(rows)
    },
  }
}

function customersOf(rows: Row[]): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>()
  for (const row of rows) {
    const users = [...(row.subscribers ?? []), ...(row.subscription_subscribers ?? [])]
    for (const id of [...customerUsers(row), ...subscriptionUsers(row), ...users])
      found.set(id, (found.get(id) ?? new Set()).add(row.customer))
  }
  return found
}

const isCustomerMoved = ({ before, after }: Row): boolean => before !== after

const isSubscriptionMoved = (row: Row): boolean =>
  row.subscription !== null && row.subscription_before !== row.subscription_after

const customerUsers = ({ before, after }: Row): string[] => [before, after].filter((id) => id !== null)

const subscriptionUsers = (row: Row): string[] =>
  [row.subscription_before, row.subscription_after].filter((id) => id !== null)

async function linkCustomers(client: PoolClient, rows: Row[]): Promise<void> {
  const customers = { table: 'customers', column: 'stripe_customer_id', keys: rows.map(({ customer }) => customer) }
  const linking = {
    name: 'link_customers',
    text: `WITH moved AS (
        UPDATE customers c SET user_id = link.user_id
        FROM unnest($1::text[], $2::text[]) AS link (customer, user_id)
        WHERE c.stripe_customer_id = link.customer AND c.user_id IS DISTINCT FROM link.user_id
        RETURNING c.stripe_customer_id AS key, c.user_id, c.account, c.livemode
      ), entitled AS (
        UPDATE entitlements e SET user_id = moved.user_id FROM moved
        JOIN entitlement_summaries s ON s.stripe_customer_id = moved.key AND ${sameOrigin('s', 'moved')}
        WHERE e.stripe_customer_id = moved.key
        RETURNING e.entitlement_key AS key
      )
      SELECT 'customers' AS in, key FROM moved UNION ALL SELECT 'entitlements', key FROM entitled`,
    values: [customers.keys, rows.map(({ after }) => after)],
  }
  const { rows: written } = await lockingRows(customers, () => client.query(linking))
  for (const table of ['customers', 'entitlements'])
    recordWritten(client, table, keysOf(written.filter((row) => row.in === table)))
}

/** Entitlements belong to a customer's user if both are of one origin, which may be another one than before. */
async function linkEntitlements(client: PoolClient, customerIds: string[]): Promise<void> {
  const { rows: written } = await client.query({
    name: 'link_entitlements',
    text: `UPDATE entitlements e SET user_id = link.user_id
      FROM (
        SELECT s.stripe_customer_id, CASE WHEN ${sameOrigin('s', 'c')} THEN c.user_id END AS user_id
        FROM entitlement_summaries s JOIN customers c USING (stripe_customer_id) WHERE stripe_customer_id = ANY ($1)
      ) AS link
      WHERE e.stripe_customer_id = link.stripe_customer_id AND e.user_id IS DISTINCT FROM link.user_id
      RETURNING e.entitlement_key AS key`,
    values: [customerIds],
  })
  recordWritten(client, 'entitlements', keysOf(written))
}

/** A concurrent commit may have given a subscription another customer, and has linked it then. */
async function linkSubscriptions(client: PoolClient, rows: Row[]): Promise<void> {
  const { rows: written } = await client.query({
    name: 'link_subscriptions',
    text: `UPDATE subscriptions s SET user_id = link.user_id
      FROM unnest($1::text[], $2::text[], $3::text[]) AS link (subscription, customer, user_id)
      WHERE s.stripe_subscription_id = link.subscription AND s.stripe_customer_id = link.customer
      AND s.user_id IS DISTINCT FROM link.user_id RETURNING s.stripe_subscription_id AS key`,
    values: [
      rows.map(({ subscription }) => subscription),
      rows.map(({ customer }) => customer),
      rows.map(({ subscription_after }) => subscription_after),
    ],
  })
  recordWritten(client, 'subscriptions', keysOf(written))
}
