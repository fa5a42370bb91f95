import type { Pool } from 'pg'
import { z } from 'zod'
import { queryRows } from '../sql/rows.ts'
import { type CausedChange, changesOfRows } from './changes.ts'
import { type EventRow, listEvents } from './events.ts'
import { type GenerationRow, listGenerations } from './generations.ts'
import { DOCUMENT_COLUMNS, Document, EMAIL_COLUMNS, Email, LEDGER_COLUMNS, LedgerLine } from './shown-rows.ts'
import { timelineOf } from './timeline.ts'
import type { TimelineItem } from './timeline-item.ts'

/** Of each list, the newest. */
const ROWS_MAX = 100

const User = z.object({
  id: z.string(),
  role: z.string(),
  hostRole: z.string().nullable(),
  stripeCustomerId: z.string().nullable(),
})

const USER = `SELECT id, role, host_role AS "hostRole", stripe_customer_id AS "stripeCustomerId" FROM users`

const Customer = z.object({
  id: z.string(),
  userId: z.string().nullable(),
  account: z.string().nullable(),
  livemode: z.boolean().nullable(),
  deleted: z.boolean(),
})

const CUSTOMER = `SELECT stripe_customer_id AS id, user_id AS "userId", account, livemode, deleted FROM customers`

const Subscription = z.object({
  id: z.string(),
  customerId: z.string(),
  userId: z.string().nullable(),
  status: z.string(),
  isActive: z.boolean(),
  givesPremium: z.boolean(),
  hasSnapshot: z.boolean(),
  billingPeriod: z.string().nullable(),
  priceId: z.string().nullable(),
  quantity: z.coerce.number().nullable(),
  currency: z.string().nullable(),
  currentPeriodEnd: z.date().nullable(),
  cancelAtPeriodEnd: z.boolean(),
  cancelAt: z.date().nullable(),
  canceledAt: z.date().nullable(),
  trialEnd: z.date().nullable(),
  accessUntil: z.date().nullable(),
})

/** Those that give access first, then the one with the latest period. */
const SUBSCRIPTIONS = `SELECT stripe_subscription_id AS id, stripe_customer_id AS "customerId", user_id AS "userId", status,
    is_active AS "isActive", gives_premium AS "givesPremium", has_snapshot AS "hasSnapshot",
    billing_period AS "billingPeriod", price_id AS "priceId", quantity, currency,
    current_period_end AS "currentPeriodEnd", cancel_at_period_end AS "cancelAtPeriodEnd", cancel_at AS "cancelAt",
    canceled_at AS "canceledAt", trial_end AS "trialEnd", access_until AS "accessUntil"
  FROM subscriptions WHERE user_id = $1 OR stripe_customer_id = ANY ($2::text[])
  ORDER BY is_active AND gives_premium DESC, current_period_end DESC NULLS LAST, stripe_subscription_id LIMIT ${ROWS_MAX}`

const Payment = z.object({
  id: z.string(),
  invoiceId: z.string().nullable(),
  subscriptionId: z.string().nullable(),
  customerId: z.string().nullable(),
  status: z.string(),
  amount: z.coerce.number(),
  currency: z.string(),
  attemptCount: z.number(),
  nextPaymentAttempt: z.date().nullable(),
  occurredAt: z.date(),
  eventId: z.string().nullable(),
})

/** Of customers, and those that the user made as a guest. */
const PAYMENTS = `SELECT payment_id AS id, stripe_invoice_id AS "invoiceId", stripe_subscription_id AS "subscriptionId",
    stripe_customer_id AS "customerId", status, amount, currency, attempt_count AS "attemptCount",
    next_payment_attempt AS "nextPaymentAttempt", occurred_at AS "occurredAt",
    (SELECT event_id FROM webhook_events e WHERE e.id = p.webhook_event_id) AS "eventId"
  FROM payments p WHERE payment_id IN (
    SELECT payment_id FROM payments WHERE stripe_customer_id = ANY ($2::text[])
    UNION SELECT payment_id FROM payments
      WHERE stripe_customer_id IS NULL AND link_user_ids @> ARRAY[$1::text] AND user_id = $1)
  ORDER BY occurred_at DESC, payment_id LIMIT ${ROWS_MAX}`

const LEDGER = `SELECT ${LEDGER_COLUMNS}
  FROM ledger_entries WHERE payment_id = ANY ($1::text[]) ORDER BY ledger_entries.id DESC LIMIT 500`

const EMAILS = `SELECT ${EMAIL_COLUMNS}
  FROM notifications WHERE webhook_event_id = ANY ($1::bigint[]) ORDER BY id DESC LIMIT ${ROWS_MAX}`

const DOCUMENTS = `SELECT ${DOCUMENT_COLUMNS}
  FROM documents WHERE kind IN ('receipt', 'invoice', 'credit_note') AND payment_id = ANY (ARRAY(
    SELECT unnest($1::text[])
    UNION SELECT stripe_credit_note_id FROM credit_notes WHERE stripe_customer_id = ANY ($2::text[])))
  ORDER BY id DESC LIMIT ${ROWS_MAX}`

export interface PersonRows {
  user: z.infer<typeof User> | null
  customers: z.infer<typeof Customer>[]
  subscriptions: z.infer<typeof Subscription>[]
  /** Newest first. */
  events: EventRow[]
  /** Changes of subscriptions and money, newest first. */
  timeline: TimelineItem[]
  payments: z.infer<typeof Payment>[]
  ledger: z.infer<typeof LedgerLine>[]
  documents: z.infer<typeof Document>[]
  emails: z.infer<typeof Email>[]
  generations: GenerationRow[]
  /** Changes of the user's role, newest first. */
  roles: CausedChange[]
}

/** All that is known of a user of the host; null if there is none. */
export async function readUser(pool: Pool, id: string): Promise<PersonRows | null> {
  const [user] = await queryRows(pool, User, `${USER} WHERE id = $1`, [id])
  if (user === undefined) return null
  const customers = await queryRows(
    pool,
    Customer,
    `${CUSTOMER} WHERE user_id = $1 OR stripe_customer_id = $2 ORDER BY 1 LIMIT ${ROWS_MAX}`,
    [id, user.stripeCustomerId],
  )
  const events = await listEvents(pool, { user: id }, { limit: ROWS_MAX })
  const generations = await listGenerations(pool, { user: id }, { limit: ROWS_MAX })
  return { user, customers, events, generations, ...(await listsOf(pool, id, customers, events)) }
}

/** All that is known of a customer, and of the user that it belongs to; null if nothing is. */
export async function readCustomer(pool: Pool, id: string): Promise<PersonRows | null> {
  const customers = await queryRows(pool, Customer, `${CUSTOMER} WHERE stripe_customer_id = $1`, [id])
  const events = await listEvents(pool, { customer: id }, { limit: ROWS_MAX })
  const [user] = await queryRows(pool, User, `${USER} WHERE id = $1 OR stripe_customer_id = $2 ORDER BY 1 LIMIT 1`, [
    customers[0]?.userId ?? null,
    id,
  ])
  if (customers.length === 0 && events.length === 0 && user === undefined) return null
  const lists = await listsOf(pool, user?.id ?? null, [{ id }], events)
  return { user: user ?? null, customers, events, generations: [], ...lists }
}

async function listsOf(pool: Pool, user: string | null, customers: { id: string }[], events: EventRow[]) {
  const owners = [user, customers.map(({ id }) => id)]
  const payments = await queryRows(pool, Payment, PAYMENTS, owners)
  const subscriptions = await queryRows(pool, Subscription, SUBSCRIPTIONS, owners)
  const named = (table: string, ids: (string | null)[]) => ids.flatMap((key) => (key === null ? [] : [{ table, key }]))
  const changes = await changesOfRows(pool, [
    ...named(
      'subscriptions',
      subscriptions.map(({ id }) => id),
    ),
    ...named(
      'payments',
      payments.map(({ id }) => id),
    ),
    ...named(
      'invoices',
      payments.map(({ invoiceId }) => invoiceId),
    ),
  ])
  return {
    subscriptions,
    payments,
    roles: await changesOfRows(pool, named('users', [user])),
    timeline: await timelineOf(pool, { subscriptions, payments, changes }),
    ledger: await queryRows(pool, LedgerLine, LEDGER, [payments.map(({ id }) => id)]),
    documents: await queryRows(pool, Document, DOCUMENTS, [payments.map(({ id }) => id), owners[1]]),
    emails: await queryRows(pool, Email, EMAILS, [events.map(({ id }) => id)]),
  }
}

const Behind = z.object({ provider: z.string(), eventId: z.string(), type: z.string() })

/** The newest event that says how a subscription is. */
const BEHIND = `SELECT provider, event_id AS "eventId", type FROM webhook_events
  WHERE subscription_id = $1 AND status = 'processed' ORDER BY type LIKE 'customer.subscription.%' DESC, id DESC LIMIT 1`

export const eventBehind = async (pool: Pool, subscriptionId: string) =>
  (await queryRows(pool, Behind, BEHIND, [subscriptionId]))[0] ?? null
