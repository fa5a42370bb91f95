import type { Pool, PoolClient } from 'pg'
import { z } from 'zod'
import { queryRows } from '../sql/rows.ts'
import { LINKED_ROWS } from './links.ts'
import { bind, idsOf, listsOf, nobody, type ObjectList, objectKeys, type Person, type Subject } from './person.ts'

const StripeId = z.object({ id: z.string(), account: z.string().nullable() })
const UserOfCustomer = z.object({ id: z.string(), account: z.string().nullable(), userId: z.string() })
const Job = z.object({ id: z.string(), predictionId: z.string().nullable() })
const Id = z.object({ id: z.string() })
const Keyed = z.object({ id: z.string(), key: z.string() })

const OF_CUSTOMERS = `(stripe_customer_id, coalesce(account, '')) IN (SELECT * FROM unnest(:customers::text[], :customerAccounts::text[]))`

/** The data of each account about a customer id, with the users that it names. */
const TOLD = `SELECT c.stripe_customer_id AS id, CASE WHEN told.is_row THEN c.account ELSE told.registers ->> 'account' END AS account, told.owner_id,
    ARRAY(SELECT DISTINCT named.id #>> '{}' FROM jsonb_path_query(told.registers, '$.**.userId') AS named (id)
      WHERE jsonb_typeof(named.id) = 'string') AS named
  FROM customers c CROSS JOIN LATERAL (
    SELECT c.registers - 'others' AS registers, c.user_id AS owner_id, true AS is_row
    UNION ALL SELECT value, NULL, false FROM jsonb_each(c.registers -> 'others')) AS told`

/**
 * A customer's own user comes first, else the host's link; one that belongs to another user does not count. A customer
 * that belongs to nobody, perhaps because the host has deleted its user, is the person's if it names no one else.
 */
const CUSTOMERS = `SELECT stripe_customer_id AS id, account FROM customers WHERE user_id = ANY (:users::text[])
  UNION
  SELECT id, account FROM (${TOLD}) AS told WHERE owner_id IS NULL AND named <> '{}' AND named <@ :users::text[]
  UNION
  SELECT u.stripe_customer_id, c.account FROM users u LEFT JOIN customers c USING (stripe_customer_id)
  WHERE u.id = ANY (:users::text[]) AND u.stripe_customer_id IS NOT NULL AND (c.user_id IS NULL OR c.user_id = u.id)`

const USERS_OF_CUSTOMERS = `SELECT stripe_customer_id AS id, account, named.id AS "userId"
  FROM customers, unnest(link_user_ids || own_user_ids || user_id) AS named (id)
  WHERE ${OF_CUSTOMERS} AND named.id IS NOT NULL`

/** Not the subscriptions that belong to another user by their own metadata. */
const SUBSCRIPTIONS = `SELECT s.stripe_subscription_id AS id, s.account
  FROM subscriptions s LEFT JOIN customers c ON c.stripe_customer_id = s.stripe_customer_id
  WHERE s.user_id = ANY (:users::text[])
    OR ((s.stripe_customer_id, coalesce(s.account, '')) IN (SELECT * FROM unnest(:customers::text[], :customerAccounts::text[]))
      AND (s.user_id IS NULL OR s.user_id = c.user_id))`

const PAYMENTS = `SELECT payment_id AS id, account FROM payments
  WHERE ${OF_CUSTOMERS} OR user_id = ANY (:users::text[])
    OR (stripe_customer_id IS NULL AND link_user_ids && :users::text[])`

/** A session that has no customer is that of the buyer whom it names. */
const SESSIONS = `SELECT stripe_checkout_session_id AS id, account FROM checkout_sessions
  WHERE ${OF_CUSTOMERS} OR stripe_checkout_session_id = ANY (:payments::text[])
    OR (stripe_customer_id IS NULL AND EXISTS (SELECT FROM jsonb_path_query(registers, '$.links.*[*].userId') AS named (id)
      WHERE named.id #>> '{}' = ANY (:users::text[])))`

/** Those of which nothing is paid so far are found by what their registers name. */
const REFERENCES = `SELECT reference AS id, account FROM payment_references r
  WHERE payment_id = ANY (:payments::text[]) OR reference = ANY (:payments::text[])
    OR (NOT EXISTS (SELECT FROM payments p WHERE p.payment_id = r.payment_id) AND (
    ((coalesce(registers #>> '{session,contents,customerId}', registers #>> '{received,contents,customerId}'), coalesce(account, ''))
      IN (SELECT * FROM unnest(:customers::text[], :customerAccounts::text[])))
    OR EXISTS (SELECT FROM jsonb_path_query(registers, '$.links.*[*].userId') AS named (id)
      WHERE named.id #>> '{}' = ANY (:users::text[]))))`

const BY_REFERENCE = 'charge_id = ANY (:references::text[]) OR payment_intent_id = ANY (:references::text[])'

const CREDIT_NOTES = `SELECT stripe_credit_note_id AS id, account FROM credit_notes
  WHERE ${OF_CUSTOMERS} OR stripe_invoice_id = ANY (:invoices::text[])`

const EVENTS = `SELECT id FROM webhook_events
  WHERE ordering_key = ANY (:orderingKeys::text[])
    OR (customer_id, coalesce(account, '')) IN (SELECT * FROM unnest(:customers::text[], :customerAccounts::text[]))
    OR subscription_id = ANY (:subscriptions::text[])
    OR id IN (SELECT webhook_event_id FROM payments WHERE payment_id = ANY (:payments::text[])
      UNION ALL SELECT webhook_event_id FROM ledger_entries WHERE payment_id = ANY (:payments::text[])
      UNION ALL SELECT webhook_event_id FROM payment_references WHERE reference = ANY (:references::text[]))`

/** Read from the bodies of those events alone that somebody else's row with such a link was made of. */
const MENTIONS = `SELECT id FROM webhook_events
  WHERE touched IS NOT NULL AND touched && ARRAY(${LINKED_ROWS}) AND id <> ALL (:events::bigint[]) AND EXISTS (
    SELECT FROM unnest(:users::text[]) AS named (id) WHERE position(convert_to(to_json(named.id)::text, 'UTF8') IN raw_body) > 0)`

/** Keys are ids joined by colons, then the connected account after an @. */
const NAMES_ONE = `string_to_array(replace(effect_key, '@', ':'), ':') && :ids::text[]`

const EFFECTS = `SELECT id, effect_key AS key FROM outbox_messages
  WHERE webhook_event_id = ANY (:events::bigint[]) OR ${NAMES_ONE} OR payload ->> 'userId' = ANY (:users::text[])
    OR payload ->> 'jobId' = ANY (:jobs::text[])
    OR kind = 'host.message' AND payload ->> 'subject' = ANY (:users::text[] || :jobs::text[])`

const NOTIFICATIONS = `SELECT id, effect_key AS key FROM notifications
  WHERE webhook_event_id = ANY (:events::bigint[]) OR ${NAMES_ONE} OR effect_key = ANY (:effectKeys::text[])`

/**
 * Finds all that belongs to a person, by keys alone: from the user or customer to its objects, and from these to events,
 * effects and messages. Some of these searches read whole tables.
 *
 * @param known keys of an earlier run, which may have erased the links that they were found by
 */
export async function findPerson(client: Pool | PoolClient, subject: Subject, known = nobody()): Promise<Person> {
  const person: Person = { ...known }
  const find = async <T extends z.ZodType>(row: T, text: string, more: Record<string, unknown> = {}) => {
    const { text: bound, values } = bind(text, { ...listsOf(person), ...more })
    return queryRows(client, row, bound, values)
  }
  const add = async (name: ObjectList, text: string) => {
    person[name] = union(person[name], await find(StripeId, text))
  }

  if ('user' in subject) {
    person.users = [...new Set([...person.users, subject.user])]
    await add('customers', CUSTOMERS)
  } else {
    person.customers = union(person.customers, [{ id: subject.customer, account: subject.account }])
    const users = (await find(UserOfCustomer, USERS_OF_CUSTOMERS)).map(({ userId, ...customer }) => ({
      customer,
      userId,
    }))
    person.usersOfCustomers = [...person.usersOfCustomers, ...users]
  }
  await add('subscriptions', SUBSCRIPTIONS)
  await add('invoices', `SELECT stripe_invoice_id AS id, account FROM invoices WHERE ${OF_CUSTOMERS}`)
  await add('payments', PAYMENTS)
  await add('sessions', SESSIONS)
  await add('references', REFERENCES)
  await add('refunds', `SELECT stripe_refund_id AS id, account FROM refunds WHERE ${BY_REFERENCE}`)
  await add('disputes', `SELECT stripe_dispute_id AS id, account FROM disputes WHERE ${BY_REFERENCE}`)
  await add('fraudWarnings', `SELECT stripe_fraud_warning_id AS id, account FROM fraud_warnings WHERE ${BY_REFERENCE}`)
  await add('creditNotes', CREDIT_NOTES)
  await add(
    'paymentMethods',
    `SELECT stripe_payment_method_id AS id, account FROM payment_methods WHERE ${OF_CUSTOMERS}`,
  )
  const jobs = await find(
    Job,
    'SELECT id, prediction_id AS "predictionId" FROM generation_jobs WHERE user_id = ANY (:users::text[])',
  )
  person.jobs = union(person.jobs, jobs)
  const events = await find(Id, EVENTS, { orderingKeys: objectKeys(person) })
  person.events = [...new Set([...person.events, ...events.map(({ id }) => id)])]
  const mentions = person.users.length > 0 ? await find(Id, MENTIONS) : []
  person.mentions = [...new Set([...person.mentions, ...mentions.map(({ id }) => id)])]
  const ids = idsOf(person)
  person.effects = union(person.effects, await find(Keyed, EFFECTS, { ids }))
  const effectKeys = person.effects.map(({ key }) => key)
  person.notifications = union(person.notifications, await find(Keyed, NOTIFICATIONS, { ids, effectKeys }))
  return person
}

/** Without repetitions. Of two with one id and account, the first one stays. */
function union<T extends { id: string }>(some: readonly T[], others: readonly T[]): T[] {
  const keyOf = (one: T) => `${one.id} ${'account' in one ? one.account : ''}`
  return [...new Map([...others, ...some].map((one) => [keyOf(one), one])).values()]
}

/** The accounts in which a customer is known; null stands for the platform's own. */
export async function accountsOfCustomer(pool: Pool, customerId: string): Promise<(string | null)[]> {
  const rows = await queryRows(
    pool,
    z.object({ account: z.string().nullable() }),
    `SELECT account FROM customers WHERE stripe_customer_id = $1
      UNION SELECT account FROM webhook_events WHERE customer_id = $1
      UNION SELECT account FROM invoices WHERE stripe_customer_id = $1`,
    [customerId],
  )
  return rows.map(({ account }) => account)
}
