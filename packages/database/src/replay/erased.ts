import type { Pool, PoolClient } from 'pg'
import { z } from 'zod'
import { queryRows } from '../sql/rows.ts'
import type { ErasedEvent } from './replay.ts'

const Erased = z.object({
  id: z.string(),
  provider: z.string(),
  eventId: z.string(),
  type: z.string(),
  account: z.string().nullable(),
})

const PAGE = 500

/** Events whose bodies were erased, and which touch rows that these events touch: without them no row is made again. */
export async function findErasedBeside(pool: Pool, ids: string[]): Promise<ErasedEvent[]> {
  const found = new Map<string, ErasedEvent>()
  for (let start = 0; start < ids.length; start += PAGE) {
    const rows = await queryRows(
      pool,
      Erased,
      `SELECT id, provider, event_id AS "eventId", type, account FROM webhook_events
        WHERE raw_body IS NULL AND touched IS NOT NULL AND touched && ARRAY(
          SELECT DISTINCT unnest(touched) FROM webhook_events WHERE id = ANY ($1)) ORDER BY id`,
      [ids.slice(start, start + PAGE)],
    )
    for (const row of rows) found.set(row.id, row)
  }
  return [...found.values()]
}

const Row = z.object({ row: z.string() })

/**
 * Rows that a replay of these events only merges into: events about them were deleted, or cannot be read any more.
 *
 * @returns their names, as `table/key`
 */
export async function findKeptRows(pool: Pool, ids: string[]): Promise<Set<string>> {
  const found = new Set<string>()
  for (let start = 0; start < ids.length; start += PAGE) {
    const rows = await queryRows(
      pool,
      Row,
      `WITH own AS (SELECT DISTINCT unnest(touched) AS row FROM webhook_events WHERE id = ANY ($1))
        SELECT row FROM own JOIN frozen_rows ON row_key = row
        UNION SELECT row FROM own JOIN (
          SELECT unnest(touched) AS row FROM webhook_events
            WHERE raw_body IS NULL AND touched IS NOT NULL AND touched && ARRAY(SELECT row FROM own)) AS gone USING (row)`,
      [ids.slice(start, start + PAGE)],
    )
    for (const { row } of rows) found.add(row)
  }
  return found
}

/** The time from which events are recorded, if earlier ones were deleted and this time is before it; else null. */
export async function deletedBefore(pool: Pool, since: Date): Promise<Date | null> {
  const [row] = await queryRows(
    pool,
    z.object({ oldest: z.date() }),
    `SELECT coalesce((SELECT received_at FROM webhook_events ORDER BY id LIMIT 1), now()) AS oldest
      WHERE EXISTS (SELECT FROM webhook_sources)`,
  )
  return row && row.oldest > since ? row.oldest : null
}

/** Gives an event its body back, as its provider tells it again. Retention erases it in time. */
export async function restoreBody(client: Pool | PoolClient, id: string, body: Buffer): Promise<void> {
  await client.query('UPDATE webhook_events SET raw_body = $2 WHERE id = $1 AND raw_body IS NULL', [id, body])
}

/** Gives events the bodies that their open dead letters kept, as a redrive does. @returns how many had none */
export async function restoreFromDeadLetters(client: PoolClient, ids: string[]): Promise<number> {
  const { rowCount } = await client.query(
    `UPDATE webhook_events e SET raw_body = d.raw_body FROM webhook_dead_letters d
      WHERE e.id = ANY ($1) AND e.raw_body IS NULL AND d.provider = e.provider AND d.event_id = e.event_id
        AND d.redriven_at IS NULL AND d.outbox_message_id IS NULL AND d.raw_body IS NOT NULL`,
    [ids],
  )
  return rowCount ?? 0
}
