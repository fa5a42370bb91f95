import type { Pool } from 'pg'
import { z } from 'zod'
import { queryRows } from '../sql/rows.ts'
import { createParameters, type Parameters } from './parameters.ts'

const Row = z.object({
  id: z.string(),
  effectKey: z.string(),
  kind: z.string(),
  subject: z.string(),
  outcome: z.string(),
  error: z.string().nullable(),
  sentAt: z.date().nullable(),
  customerId: z.string().nullable(),
  provider: z.string().nullable(),
  eventId: z.string().nullable(),
})

/** An e-mail without its recipient. */
export type EmailRow = z.infer<typeof Row>

export const EMAIL_OUTCOMES = ['sent', 'pending', 'failed', 'skipped'] as const

export interface EmailFilter {
  kind?: string | undefined
  outcome?: (typeof EMAIL_OUTCOMES)[number] | undefined
  /** Of Stripe. */
  customer?: string | undefined
}

/** @param before the id of the last row of the page before */
export interface EmailPage {
  limit: number
  before?: string | undefined
}

/** No index has the kind or the outcome. A page with one looks at so many rows, and the next page goes on behind them. */
const WALKED_MAX = 20_000

/** The outcome of a message. The row alone does not tell a failure for good from one that is tried again. */
export const OUTCOME = `CASE WHEN n.status = 'sent' THEN 'sent' WHEN o.status IN ('failed', 'skipped') THEN o.status
  ELSE 'pending' END`

/** E-mails that were begun, the newest first. */
export async function listEmails(pool: Pool, filter: EmailFilter, page: EmailPage): Promise<EmailRow[]> {
  const { text, values } = emailsQuery(filter, page)
  return queryRows(pool, Row, text, values)
}

const Last = z.object({ id: z.string() })

/** The oldest row that a page with a kind or an outcome looks at; null if there are no more rows. */
export async function lastEmailWalked(pool: Pool, filter: EmailFilter, before?: string): Promise<string | null> {
  if (filter.kind === undefined && filter.outcome === undefined) return null
  const { values, $ } = createParameters()
  const text = `SELECT n.id::text AS id FROM notifications n ${whereOf(filter.customer, before, $)}
    ORDER BY n.id DESC OFFSET ${WALKED_MAX - 1} LIMIT 1`
  return (await queryRows(pool, Last, text, values))[0]?.id ?? null
}

/** The statement of `listEmails`. `LIMIT 1`: the effect and the event of each row are looked up, and no others are read. */
export function emailsQuery({ kind, outcome, customer }: EmailFilter, { limit, before }: EmailPage) {
  const { values, $ } = createParameters()
  const isWalk = kind !== undefined || outcome !== undefined
  const newest = `SELECT n.id, n.effect_key, n.kind, n.subject, n.status, n.sent_at, n.webhook_event_id
    FROM notifications n ${whereOf(customer, before, $)} ORDER BY n.id DESC ${isWalk ? `LIMIT ${WALKED_MAX}` : ''}`
  const conditions = [
    ...(kind === undefined ? [] : [`n.kind = ${$(kind)}`]),
    ...(outcome === undefined ? [] : [`${OUTCOME} = ${$(outcome)}`]),
  ]
  const text = `SELECT n.id::text AS id, n.effect_key AS "effectKey", n.kind, n.subject, ${OUTCOME} AS outcome, o.error,
      n.sent_at AS "sentAt", e.customer_id AS "customerId", e.provider, e.event_id AS "eventId"
    FROM (${newest}) AS n
      LEFT JOIN LATERAL (SELECT status, error FROM outbox_messages WHERE effect_key = n.effect_key LIMIT 1) AS o ON true
      LEFT JOIN LATERAL (SELECT customer_id, provider, event_id FROM webhook_events WHERE id = n.webhook_event_id LIMIT 1) AS e
        ON true
    ${conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : ''}
    ORDER BY n.id DESC LIMIT ${$(limit)}::int`
  return { text, values }
}

function whereOf(customer: string | undefined, before: string | undefined, $: Parameters['$']): string {
  const conditions = [
    ...(before === undefined ? [] : [`n.id < ${$(before)}::bigint`]),
    // As an array, so that Postgres looks up these ids alone.
    ...(customer === undefined ? [] : [`n.id = ANY (ARRAY(${ofCustomer($(customer))}))`]),
  ]
  return conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : ''
}

/** Caused by the customer's events; and of the customer's payments, whose events may be deleted by now. */
const ofCustomer = (customer: string): string => `
  SELECT id FROM notifications WHERE webhook_event_id = ANY (ARRAY(
    SELECT id FROM (SELECT id FROM webhook_events WHERE customer_id = ${customer} OFFSET 0) AS own
    ORDER BY id DESC LIMIT 10000))
  UNION SELECT id FROM notifications WHERE effect_key = ANY (ARRAY(
    SELECT concat(kind.prefix, payment_id, '@' || account, CASE WHEN NOT livemode THEN ':test' END)
    FROM payments, unnest('{receipt:,invoice:}'::text[]) AS kind (prefix)
    WHERE stripe_customer_id = ${customer} LIMIT 10000))`
