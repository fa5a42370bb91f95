import type { VerifiedEvent } from '@sluice/events'
import type { Pool, PoolClient } from 'pg'
import { z } from 'zod'
import { parseRows } from '../sql/rows.ts'
import { appendRows } from './append-rows.ts'

/**
 * Appends one event unless the inbox has it. Returns the id of its row in both cases.
 *
 * @param silent as for `appendRows`
 */
export async function appendEvent(client: Pool | PoolClient, event: VerifiedEvent, silent = false): Promise<string> {
  const [appended] = await appendRows(client, [event], silent)
  if (appended && !appended.duplicate) return appended.id
  const id = await findEventId(client, event.provider, event.eventId)
  if (id === undefined) throw new Error('the inbox reported a duplicate event but has no row for it')
  return id
}

export async function findEventId(
  client: Pool | PoolClient,
  provider: string,
  eventId: string,
): Promise<string | undefined> {
  const { rows } = await client.query({
    name: 'find_event_id',
    text: 'SELECT id FROM webhook_events WHERE provider = $1 AND event_id = $2',
    values: [provider, eventId],
  })
  return parseRows(z.object({ id: z.string() }), rows)[0]?.id
}
