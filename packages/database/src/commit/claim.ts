import type { ReceivedEvent } from '@sluice/events'
import type { PoolClient } from 'pg'
import { z } from 'zod'
import { parseRows } from '../sql/rows.ts'

/** The inbox columns that a commit reads. */
export const Recorded = z.object({
  id: z.string(),
  provider: z.string(),
  event_id: z.string(),
  type: z.string(),
  account: z.string().nullable(),
  livemode: z.boolean().nullable(),
  api_version: z.string().nullable(),
  occurred_at: z.date().nullable(),
  received_at: z.date(),
  status: z.string(),
  raw_body: z.instanceof(Buffer).nullable(),
})

export type Recorded = z.infer<typeof Recorded>

const Claimed = Recorded.extend({ claim: z.enum(['claimed', 'settled', 'busy']) })

/** A row of the inbox as `process_webhook_event` returns it. */
export type Claimed = z.infer<typeof Claimed>

/**
 * Claims these events until the transaction ends. Events that are finished, or locked by another transaction, are
 * returned but not claimed.
 */
export async function claim(client: PoolClient, ids: string[]): Promise<Claimed[]> {
  const { rows } = await client.query({
    name: 'claim',
    text: 'SELECT * FROM process_webhook_event($1)',
    values: [ids],
  })
  return parseRows(Claimed, rows)
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
