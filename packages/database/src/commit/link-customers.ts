import type { Pool, PoolClient } from 'pg'
import { z } from 'zod'
import { deriveCreditsOfPayments } from '../credits/derive-payments.ts'
import type { MergeRules } from '../merges/index.ts'
import { writeOutbox } from '../outbox/write-outbox.ts'
import { LOCK_WAIT_MS } from '../sql/locked-rows.ts'
import { queryRows } from '../sql/rows.ts'
import { inTransaction } from '../sql/transaction.ts'
import { noteRoles } from './derive-roles.ts'
import { type Derived, deriveUsers } from './derive-users.ts'
import { hostMessage } from './host-message.ts'
import { eachUnlocked } from './locks/each-unlocked.ts'
import { staleUsers } from './stale-caches.ts'

const CHANGES_MAX = 1_000

type HostNotice = Pick<MergeRules, 'notifiesHost'>

const Change = z.object({ id: z.string(), user_id: z.string(), is_repeat: z.boolean() })

type Change = z.infer<typeof Change>

const Key = z.object({ id: z.string() })

/** How long a change waits whose rows another session has locked. */
const LOCKED_SECONDS = 5

/**
 * Links customers and guests' payments again whose user the host has inserted, linked to another customer, or deleted,
 * and derives the roles of all users concerned. Each change is handled at once, and again after a minute: a commit that
 * was under way may have read the users before the change, and written its rows after the first time. A change whose rows
 * another session has locked waits, and holds up no other.
 *
 * @returns how many of the host's changes were handled or wait now
 */
export async function linkChangedUsers(pool: Pool, notice: HostNotice = {}): Promise<number> {
  const due = await queryRows(
    pool,
    Key,
    `SELECT id FROM user_changes WHERE due_at <= now() + '1 ms'::interval -- it is rounded to one
      ORDER BY due_at LIMIT $1`,
    [CHANGES_MAX],
  )
  const ids = due.map(({ id }) => id)
  const locked = await eachUnlocked(ids, (some) =>
    inTransaction(pool, (client) => linkUsersOf(client, some, notice), LOCK_WAIT_MS),
  )
  if (locked.length > 0)
    await pool.query(
      `UPDATE user_changes SET due_at = now() + make_interval(secs => $2) WHERE id = ANY ($1) AND due_at <= now()`,
      [locked, LOCKED_SECONDS],
    )
  return ids.length
}

async function linkUsersOf(client: PoolClient, ids: string[], notice: HostNotice): Promise<void> {
  const changes = await queryRows(
    client,
    Change,
    'SELECT id, user_id, is_repeat FROM user_changes WHERE id = ANY ($1) ORDER BY due_at FOR UPDATE SKIP LOCKED',
    [ids],
  )
  const [last] = changes.slice(-1)
  if (!last) return // another worker has them
  const userIds = [...new Set(changes.map(({ user_id }) => user_id))]
  const customerIds = await lockCustomers(client, userIds)
  const touched = { customerIds, paymentIds: await guestsOf(client, userIds), subscriptionIds: [] }
  const derived = await deriveUsers(client, touched)
  noteRoles(client, derived.roles, () => ({ eventId: null, cause: 'host' }))
  const credits = await deriveCreditsOfPayments(client, derived.movedPayments, () => null)
  for (const { userId } of credits) derived.changedUsers.add(userId)
  await notify(client, last.id, derived, notice)
  await finish(client, changes)
}

/**
 * The customers that belong, belonged, or may belong to these users, in the order in which every commit locks them. Found
 * by a statement of its own, because Postgres overestimates their number and would read all customers to lock them.
 */
async function lockCustomers(client: PoolClient, userIds: string[]): Promise<string[]> {
  const found = await queryRows(
    client,
    Key,
    `SELECT stripe_customer_id AS id FROM customers WHERE user_id = ANY ($1)
      UNION SELECT stripe_customer_id FROM customers WHERE link_user_ids && $1
      UNION SELECT stripe_customer_id FROM users WHERE id = ANY ($1) AND stripe_customer_id IS NOT NULL
      UNION SELECT stripe_customer_id FROM subscriptions WHERE user_id = ANY ($1)
      UNION SELECT stripe_customer_id FROM subscriptions WHERE link_user_ids && $1`,
    [userIds],
  )
  const lock =
    'SELECT stripe_customer_id AS id FROM customers WHERE stripe_customer_id = ANY ($1) ORDER BY 1 FOR NO KEY UPDATE'
  return (await queryRows(client, Key, lock, [found.map(({ id }) => id)])).map(({ id }) => id)
}

async function guestsOf(client: PoolClient, userIds: string[]): Promise<string[]> {
  const text = 'SELECT payment_id AS id FROM payments WHERE stripe_customer_id IS NULL AND link_user_ids && $1'
  return (await queryRows(client, Key, text, [userIds])).map(({ id }) => id)
}

async function notify(client: PoolClient, changeId: string, derived: Derived, notice: HostNotice): Promise<void> {
  const { changedUsers, payersOf, movedCustomers, movedSubscriptions } = derived
  const cause = `change:${changeId}`
  const messages = notice.notifiesHost
    ? [
        ...movedCustomers.map((id) => hostMessage('customer.linked', id, cause)),
        ...movedSubscriptions.map(({ subscription }) => hostMessage('subscription.changed', subscription, cause)),
      ]
    : []
  const effects = [...staleUsers([...changedUsers, ...payersOf.values()], cause, notice), ...messages]
  await writeOutbox(
    client,
    effects.map((effect) => ({ ...effect, webhookEventId: null })),
  )
}

async function finish(client: PoolClient, changes: Change[]): Promise<void> {
  const idsOf = (isRepeat: boolean) => changes.filter(({ is_repeat }) => is_repeat === isRepeat).map(({ id }) => id)
  const again = `UPDATE user_changes SET due_at = now() + '1 min'::interval, is_repeat = true WHERE id = ANY ($1)`
  await client.query(again, [idsOf(false)])
  await client.query('DELETE FROM user_changes WHERE id = ANY ($1)', [idsOf(true)])
}
