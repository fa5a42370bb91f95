import type { Pool } from 'pg'
import { z } from 'zod'
import type { FoundRow } from '../find/index.ts'
import { queryRows } from '../sql/rows.ts'

/** Of each kind, at most. */
const FOUND_MAX = 10

/** Events are searched among this many of the newest. */
const EVENTS_MAX = 20_000

const SEARCHED: ReadonlyArray<[kind: string, table: string, key: string]> = [
  ['user', 'users', 'id'],
  ['customer', 'customers', 'stripe_customer_id'],
  ['subscription', 'subscriptions', 'stripe_subscription_id'],
  ['invoice', 'invoices', 'stripe_invoice_id'],
  ['payment', 'payments', 'payment_id'],
  ['generation', 'generation_jobs', 'prediction_id'],
]

const Row = z.object({ kind: z.string(), id: z.string(), provider: z.string().nullable() })

const FIND_PARTS = [
  `(SELECT 'event' AS kind, event_id AS id, provider
    FROM (SELECT id, event_id, provider FROM webhook_events ORDER BY id DESC LIMIT ${EVENTS_MAX}) AS newest
    WHERE strpos(event_id, $1) > 0 ORDER BY newest.id DESC LIMIT ${FOUND_MAX})`,
  ...SEARCHED.map(
    ([kind, table, key]) =>
      `(SELECT '${kind}', ${key}, NULL FROM ${table} WHERE strpos(${key}, $1) > 0 LIMIT ${FOUND_MAX})`,
  ),
].join('\n  UNION ALL ')

/** Rows whose key contains a text. Reads whole tables, unless enough rows have it: for a text that is no key itself. */
export async function findParts(pool: Pool, text: string): Promise<FoundRow[]> {
  const rows = await queryRows(pool, Row, FIND_PARTS, [text])
  return rows.map(({ kind, id, provider }): FoundRow => {
    const related: FoundRow['related'] = provider === null ? {} : { provider }
    return { kind, id, related }
  })
}
