import type { Pool } from 'pg'
import { z } from 'zod'
import type { FoundRow } from '../find/index.ts'
import { queryRows } from '../sql/rows.ts'

/** Of each kind, at most. */
const FOUND_MAX = 10

/** A part of an id is looked for among so many of the newest events, and what they are about. */
const EVENTS_MAX = 20_000

/** In a database whose order of texts is a language's, other keys may lie between those that begin with a text. */
const NEAR_MAX = 1_000

/** Tables whose keys are found by how they begin, and the column of an event that names one. */
const SEARCHED: ReadonlyArray<[kind: string, table: string, key: string, ofEvent?: string]> = [
  ['user', 'users', 'id'],
  ['customer', 'customers', 'stripe_customer_id', 'customer_id'],
  ['subscription', 'subscriptions', 'stripe_subscription_id', 'subscription_id'],
  ['invoice', 'invoices', 'stripe_invoice_id'],
  ['payment', 'payments', 'payment_id'],
  ['generation', 'generation_jobs', 'prediction_id'],
]

const Row = z.object({ kind: z.string(), id: z.string(), provider: z.string().nullable() })

const beginning = (table: string, key: string): string =>
  `SELECT key FROM (SELECT ${key} AS key FROM ${table} WHERE ${key} >= $1 ORDER BY ${key} LIMIT ${NEAR_MAX}) AS near
    WHERE starts_with(key, $1)`

const FIND_PARTS = [
  `WITH newest AS MATERIALIZED (
    SELECT id, event_id, provider, customer_id, subscription_id FROM webhook_events ORDER BY id DESC LIMIT ${EVENTS_MAX})
  (SELECT 'event' AS kind, event_id AS id, provider
    FROM newest WHERE strpos(event_id, $1) > 0 ORDER BY newest.id DESC LIMIT ${FOUND_MAX})`,
  ...SEARCHED.map(([kind, table, key, ofEvent]) => {
    const named = ofEvent ? `UNION SELECT ${ofEvent} FROM newest WHERE strpos(${ofEvent}, $1) > 0` : ''
    return `(SELECT '${kind}', key, NULL FROM (${beginning(table, key)} ${named}) AS found LIMIT ${FOUND_MAX})`
  }),
].join('\n  UNION ALL ')

/** Rows whose key begins with a text, and the newest events with it in their id, or in that of what they are about. */
export async function findParts(pool: Pool, text: string): Promise<FoundRow[]> {
  const rows = await queryRows(pool, Row, FIND_PARTS, [text])
  return rows.map(({ kind, id, provider }): FoundRow => {
    const related: FoundRow['related'] = provider === null ? {} : { provider }
    return { kind, id, related }
  })
}
