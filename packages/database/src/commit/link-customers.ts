import type { Pool } from 'pg'
import { z } from 'zod'
import { writeOutbox } from '../outbox/write-outbox.ts'
import { queryRows } from '../sql/rows.ts'
import { inTransaction } from '../sql/transaction.ts'
import { deriveUsers } from './derive-users.ts'

/** Links customers to users that the host inserted only after the customers' events, and derives these users' roles. */
export function linkUnknownCustomers(pool: Pool): Promise<number> {
  return inTransaction(pool, async (client) => {
    const rows = await queryRows(
      client,
      z.object({ id: z.string() }),
      `SELECT c.stripe_customer_id AS id FROM customers c WHERE c.user_id IS NULL AND (
        EXISTS (SELECT 1 FROM users u WHERE u.id = c.link_user_id)
        OR EXISTS (SELECT 1 FROM users u WHERE u.stripe_customer_id = c.stripe_customer_id))
        ORDER BY 1 LIMIT 500 FOR UPDATE SKIP LOCKED`,
    )
    if (rows.length === 0) return 0
    const { userOf } = await deriveUsers(
      client,
      rows.map(({ id }) => id),
    )
    const events = await queryRows(
      client,
      z.object({ customer: z.string(), id: z.string(), event_id: z.string() }),
      `SELECT DISTINCT ON (customer_id) customer_id AS customer, id, event_id FROM webhook_events
        WHERE customer_id = ANY ($1) ORDER BY customer_id, id DESC`,
      [rows.map(({ id }) => id)],
    )
    const stale = events.flatMap(({ customer, id, event_id }) => {
      const userId = userOf.get(customer)
      const key = `features:${userId}:${event_id}:linked`
      return userId ? [{ key, kind: 'features.invalidate' as const, payload: { userId }, webhookEventId: id }] : []
    })
    await writeOutbox(client, stale)
    return rows.length
  })
}
