import type { VerifiedEvent } from '@sluice/events'
import type { Pool } from 'pg'

/** An event as the inbox keeps it. */
export interface InboxRow extends VerifiedEvent {
  id: string
  status: string
  receivedAt: Date
  isErased: boolean
}

const COLUMNS = `id, provider, event_id AS "eventId", type, account, livemode, api_version AS "apiVersion",
  occurred_at AS "occurredAt", ordering_key AS "orderingKey", customer_id AS "customerId",
  subscription_id AS "subscriptionId", headers, coalesce(raw_body, '') AS "rawBody", raw_body IS NULL AS "isErased",
  status, received_at AS "receivedAt"`

export async function loadRow(pool: Pool, id: string): Promise<InboxRow | undefined> {
  const { rows } = await pool.query<InboxRow>(`SELECT ${COLUMNS} FROM webhook_events WHERE id = $1`, [id])
  return rows[0]
}

export async function loadStripeEvent(pool: Pool, eventId: string): Promise<InboxRow | undefined> {
  const text = `SELECT ${COLUMNS} FROM webhook_events WHERE provider = 'stripe' AND event_id = $1`
  const { rows } = await pool.query<InboxRow>(text, [eventId])
  return rows[0]
}
