import type { ReceivedEvent } from '@sluice/events'
import type { PoolClient } from 'pg'

/** The columns of the inbox that a decision is made from. */
export interface Recorded {
  id: string
  provider: string
  event_id: string
  type: string
  account: string | null
  livemode: boolean | null
  api_version: string | null
  occurred_at: Date | null
  received_at: Date
  status: string
  raw_body: Buffer | null
}

/** A row of the inbox as `process_webhook_event` returns it. */
export interface Claimed extends Recorded {
  claim: 'claimed' | 'settled' | 'busy'
}

/** Locks and claims what it can get of these rows, until the transaction ends. */
export async function claim(client: PoolClient, ids: string[]): Promise<Claimed[]> {
  const { rows } = await client.query<Claimed>({
    name: 'claim',
    text: 'SELECT * FROM process_webhook_event($1)',
    values: [ids],
  })
  return rows
}

export const toEvent = (row: Recorded, payload: unknown): ReceivedEvent => ({
  provider: row.provider,
  eventId: row.event_id,
  type: row.type,
  account: row.account,
  livemode: row.livemode,
  apiVersion: row.api_version,
  occurredAt: row.occurred_at,
  payload,
})
