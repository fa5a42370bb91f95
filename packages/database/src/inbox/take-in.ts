import type { VerifiedEvent } from '@sluice/events'
import type { Pool, PoolClient } from 'pg'
import { appendRows } from './append-rows.ts'

/** Appends an event that rode in a job because Postgres was away. Returns its row's id, also when it is there already. */
export async function takeIn(pool: Pool | PoolClient, event: VerifiedEvent): Promise<string> {
  const [appended] = await appendRows(pool, [event])
  if (appended && !appended.duplicate) return appended.id
  const id = await findId(pool, event.provider, event.eventId)
  if (id === undefined) throw new Error('the inbox has no row of an event that it called a duplicate')
  return id
}

export async function findId(pool: Pool | PoolClient, provider: string, eventId: string): Promise<string | undefined> {
  const { rows } = await pool.query<{ id: string }>({
    name: 'find_id',
    text: 'SELECT id FROM webhook_events WHERE provider = $1 AND event_id = $2',
    values: [provider, eventId],
  })
  return rows[0]?.id
}
