import type { Pool } from 'pg'
import { z } from 'zod'
import { queryRows } from '../sql/rows.ts'

const Row = z.object({ id: z.coerce.bigint() })

/**
 * Selects the ids of rows of the inbox about an object: a customer, subscription or prediction, or the first event of a
 * payment, invoice, charge or intent. Each part uses an index. An id may be null.
 *
 * @param objectId placeholder of the object's id
 */
export const idsAbout = (objectId: string): string => `
    SELECT id FROM webhook_events WHERE customer_id = ${objectId}
    UNION SELECT id FROM webhook_events WHERE subscription_id = ${objectId}
    UNION SELECT id FROM webhook_events WHERE provider = 'replicate' AND ordering_key = 'replicate:' || ${objectId}
    UNION SELECT webhook_event_id FROM payments WHERE payment_id = ${objectId}
    UNION SELECT webhook_event_id FROM payments WHERE stripe_invoice_id = ${objectId}
    UNION SELECT webhook_event_id FROM payment_references WHERE reference = ${objectId}
    UNION SELECT webhook_event_id FROM ledger_entries WHERE payment_id = ${objectId}
    UNION SELECT webhook_event_id FROM outbox_messages WHERE effect_key = ${objectId}`

/** The same, newest first. */
export const EVENTS_ABOUT = `SELECT id FROM (${idsAbout('$1')}
  ) AS about WHERE id IS NOT NULL ORDER BY id DESC LIMIT $2`

/** Ids of rows of the inbox about an object, newest first. */
export async function eventsAbout(pool: Pool, objectId: string, limit: number): Promise<bigint[]> {
  return (await queryRows(pool, Row, EVENTS_ABOUT, [objectId, limit])).map(({ id }) => id)
}
