import { randomUUID } from 'node:crypto'
import type { Pool, PoolClient } from 'pg'
import { z } from 'zod'
import { type CustomerRegisters, customerMerge } from '../merges/customer.ts'
import type { MergeRules } from '../merges/index.ts'
import { updateRows } from '../merges/merge-rows.ts'
import type { Origin } from '../merges/stripe.ts'
import { joinSubscription, type SubscriptionRegisters, subscriptionMerge } from '../merges/subscription.ts'
import { accessRulesOf, originRulesOf } from '../merges/subscription-access.ts'
import { writeOutbox } from '../outbox/write-outbox.ts'
import { LOCK_WAIT_MS } from '../sql/locked-rows.ts'
import { queryRows, registers } from '../sql/rows.ts'
import { inTransaction } from '../sql/transaction.ts'
import { deriveFeatures } from './derive-features.ts'
import { deriveRoles, noteRoles } from './derive-roles.ts'
import { hostMessage } from './host-message.ts'
import { eachUnlocked } from './locks/each-unlocked.ts'
import { staleUsers } from './stale-caches.ts'

const BATCH_SIZE = 500

const Due = z.object({ id: z.string() })

const Ended = z.object({ id: z.string(), user_id: z.string().nullable() })

/**
 * Ends access that a payment gave for a period, at the end of that period, if no snapshot has confirmed it. One batch.
 * Subscriptions whose rows or users another session has locked are left to a later time.
 *
 * @returns the number of subscriptions
 */
export async function endPaidAccess(pool: Pool, rules: Pick<MergeRules, 'notifiesHost'> = {}): Promise<number> {
  const isDue = 'is_active AND access_until IS NOT NULL AND access_until <= now()'
  const find = `SELECT stripe_subscription_id AS id FROM subscriptions WHERE ${isDue} ORDER BY access_until LIMIT ${BATCH_SIZE}`
  return updateEach(pool, await queryRows(pool, Due, find), async (client, ids) => {
    const ended = await queryRows(
      client,
      Ended,
      `UPDATE subscriptions s SET is_active = false FROM (
          SELECT stripe_subscription_id AS id FROM subscriptions
          WHERE stripe_subscription_id = ANY ($1) AND ${isDue} FOR NO KEY UPDATE SKIP LOCKED
        ) AS due WHERE s.stripe_subscription_id = due.id RETURNING due.id, s.user_id`,
      [ids],
    )
    const users = usersOf(ended)
    noteRoles(client, await deriveRoles(client, users, new Set()), () => ({ eventId: null, cause: 'access ended' }))
    await deriveFeatures(
      client,
      ended.map(({ id }) => id),
    )
    await notifyOfAccess(
      client,
      users,
      ended.map(({ id }) => id),
      rules,
    )
    return ended.length
  })
}

/**
 * Gives the access that a payment has paid for, where Stripe has not told the state of the subscription in time. One
 * batch. Subscriptions whose rows or users another session has locked are left to a later time.
 *
 * @returns the number of subscriptions
 */
export async function releaseHeldAccess(pool: Pool, rules: MergeRules): Promise<number> {
  const find = `SELECT stripe_subscription_id AS id FROM subscriptions WHERE held_until <= now()
    ORDER BY held_until LIMIT ${BATCH_SIZE}`
  return updateEach(pool, await queryRows(pool, Due, find), async (client, ids) => {
    const held = await queryRows(
      client,
      StaleSubscription,
      `SELECT stripe_subscription_id AS key, user_id, registers FROM subscriptions
        WHERE held_until <= now() AND stripe_subscription_id = ANY ($1) FOR NO KEY UPDATE SKIP LOCKED`,
      [ids],
    )
    const rows = held.map(({ key, registers: stored }) => rowOf(key, { ...stored, unanswered: true as const }, rules))
    await updateRows(client, subscriptionMerge, rows)
    const keys = held.map(({ key }) => key)
    const roles = await deriveRoles(client, usersOf(held), new Set())
    noteRoles(client, roles, () => ({ eventId: null, cause: 'payment trusted' }))
    await deriveFeatures(client, keys)
    await notifyOfAccess(client, usersOf(held), keys, rules)
    return held.length
  })
}

const StaleCustomer = z.object({ key: z.string(), registers: registers<CustomerRegisters>() })

const StaleSubscription = z.object({
  key: z.string(),
  user_id: z.string().nullable(),
  registers: registers<SubscriptionRegisters>(),
})

const ELSEWHERE: Origin = { account: null, livemode: false }

/**
 * Brings the columns, links and roles of subscriptions, and of customers of connected accounts and of test mode, up to
 * date that were written with other settings, or by an earlier version. One batch. Their users are linked again by
 * `linkChangedUsers`. Rows that another session has locked, or whose users it has, are left to a later time.
 *
 * @returns the number of rows
 */
export const deriveAccess = async (pool: Pool, rules: MergeRules): Promise<number> =>
  (await deriveCustomers(pool, rules)) + (await deriveSubscriptions(pool, rules))

/** @returns the number of rows that `update` has updated; rows that need a held lock are left out */
async function updateEach(
  pool: Pool,
  due: z.infer<typeof Due>[],
  update: (client: PoolClient, ids: string[]) => Promise<number>,
): Promise<number> {
  let updated = 0
  const ids = due.map(({ id }) => id)
  await eachUnlocked(ids, async (some) => {
    updated += await inTransaction(pool, (client) => update(client, some), LOCK_WAIT_MS)
  })
  return updated
}

async function deriveCustomers(pool: Pool, rules: MergeRules): Promise<number> {
  const current = originRulesOf(ELSEWHERE, rules)
  const isStale = `(account IS NOT NULL OR livemode = false)
    AND (access_rules IS NULL OR access_rules < $1 OR access_rules > $1)`
  const find = `SELECT stripe_customer_id AS id FROM customers WHERE ${isStale} LIMIT ${BATCH_SIZE}`
  return updateEach(pool, await queryRows(pool, Due, find, [current]), async (client, ids) => {
    const stale = await queryRows(
      client,
      StaleCustomer,
      `SELECT stripe_customer_id AS key, registers FROM customers
        WHERE ${isStale} AND stripe_customer_id = ANY ($2) FOR NO KEY UPDATE SKIP LOCKED`,
      [current, ids],
    )
    const rows = stale.map(({ key, registers: stored }) => {
      const merged = customerMerge.join(stored, stored)
      return { ...customerMerge.columnsOf(merged, rules), [customerMerge.key]: key, registers: merged }
    })
    await updateRows(client, customerMerge, rows)
    await linkAgain(client, stale, 'customers')
    return stale.length
  })
}

async function deriveSubscriptions(pool: Pool, rules: MergeRules): Promise<number> {
  const current = [accessRulesOf(rules, {}), accessRulesOf(rules, ELSEWHERE)].sort()
  const isStale = '(access_rules < $1 OR access_rules > $2 OR (access_rules > $1 AND access_rules < $2))'
  const find = `SELECT stripe_subscription_id AS id FROM subscriptions WHERE ${isStale} LIMIT ${BATCH_SIZE}`
  return updateEach(pool, await queryRows(pool, Due, find, current), async (client, ids) => {
    const stale = await queryRows(
      client,
      StaleSubscription,
      `SELECT stripe_subscription_id AS key, user_id, registers FROM subscriptions
        WHERE ${isStale} AND stripe_subscription_id = ANY ($3) FOR NO KEY UPDATE SKIP LOCKED`,
      [...current, ids],
    )
    await updateRows(
      client,
      subscriptionMerge,
      stale.map(({ key, registers: stored }) => rowOf(key, joinSubscription(stored, stored), rules)),
    )
    const roles = await deriveRoles(client, usersOf(stale), new Set())
    noteRoles(client, roles, () => ({ eventId: null, cause: 'settings' }))
    const entitled = await deriveFeatures(
      client,
      stale.map(({ key }) => key),
    )
    await notifyOfAccess(client, new Set([...roles.map(({ key }) => key), ...entitled]), [], rules)
    const elsewhere = stale.filter(({ registers: { account, livemode } }) => account || livemode === false)
    await linkAgain(client, elsewhere, 'subscriptions')
    return stale.length
  })
}

/** Notes all users that these rows are, were or may be linked to. */
async function linkAgain(
  client: PoolClient,
  rows: { key: string }[],
  table: 'customers' | 'subscriptions',
): Promise<void> {
  if (rows.length === 0) return
  const { key } = table === 'customers' ? customerMerge : subscriptionMerge
  await client.query(
    `INSERT INTO user_changes (user_id)
      SELECT id FROM (
        SELECT user_id AS id FROM ${table} WHERE ${key} = ANY ($1)
        UNION SELECT unnest(link_user_ids) FROM ${table} WHERE ${key} = ANY ($1)
        UNION SELECT u.id FROM ${table} r JOIN users u USING (stripe_customer_id) WHERE r.${key} = ANY ($1)
      ) AS named WHERE id IS NOT NULL`,
    [rows.map((row) => row.key)],
  )
}

/** Access that has ended must not begin again until `endPaidAccess` runs. */
function rowOf(key: string, merged: SubscriptionRegisters, rules: MergeRules): Record<string, unknown> {
  const columns = subscriptionMerge.columnsOf(merged, rules)
  const until = columns['access_until']
  const isOver = typeof until === 'string' && Date.parse(until) <= Date.now()
  return {
    ...columns,
    is_active: columns['is_active'] === true && !isOver,
    [subscriptionMerge.key]: key,
    registers: merged,
  }
}

const usersOf = (rows: { user_id: string | null }[]): Set<string> =>
  new Set(rows.flatMap(({ user_id }) => user_id ?? []))

/** The cause is new each time, because the same change may come again. */
export async function notifyOfAccess(
  client: PoolClient,
  users: Iterable<string>,
  subscriptions: string[],
  rules: Pick<MergeRules, 'notifiesHost'>,
): Promise<void> {
  const cause = `access:${randomUUID()}`
  const changed = rules.notifiesHost ? subscriptions.map((id) => hostMessage('subscription.changed', id, cause)) : []
  await writeOutbox(
    client,
    [...staleUsers(users, cause, rules), ...changed].map((effect) => ({ ...effect, webhookEventId: null })),
  )
}

/** The names in a setting; undefined if there are none. */
export const namedIn = (names: readonly string[]): ReadonlySet<string> | undefined =>
  names.length > 0 ? new Set(names) : undefined

/**
 * The settings' prices, products and lookup keys, with the prices that they stand for: not every event names the
 * product and the lookup key of a price.
 *
 * @param known is returned if it is still right, so that its fingerprint is made once
 */
export async function resolvePremiumPrices(
  pool: Pool,
  named: readonly string[],
  known?: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  const rows = await queryRows(
    pool,
    z.object({ id: z.string() }),
    `SELECT stripe_price_id AS id FROM prices WHERE stripe_product_id = ANY ($1)
      UNION SELECT stripe_price_id FROM prices WHERE lookup_keys && $1`,
    [named],
  )
  const resolved = new Set([...named, ...rows.map(({ id }) => id)])
  return known && known.size === resolved.size && [...resolved].every((name) => known.has(name)) ? known : resolved
}
