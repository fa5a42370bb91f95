import type { Pool } from 'pg'
import { z } from 'zod'
import { queryRows } from '../sql/rows.ts'

/** Postgres gives ids before the commit, so that an event may have a smaller id than one that was received earlier. */
const OVERLAP_MINUTES = 5

/**
 * Ids grow with the time of receipt, so that halving the range of ids finds a moment in as many steps as the largest id
 * has bits. No index on the time is needed.
 */
const FIRST_ID = `
  WITH RECURSIVE half (low, high) AS (
    SELECT min(id), max(id) + 1 FROM webhook_events
    UNION ALL
    SELECT CASE WHEN row.received_at < $1 THEN row.id + 1 ELSE low END,
      CASE WHEN row.received_at < $1 THEN high ELSE (low + high) / 2 END
    FROM half, LATERAL (
      SELECT id, received_at FROM webhook_events WHERE id >= (low + high) / 2 ORDER BY id LIMIT 1
    ) AS row
    WHERE low < high
  )
  SELECT low::text AS id FROM half WHERE low >= high`

const Row = z.object({ id: z.string() })

const firstId = async (pool: Pool, time: Date): Promise<string | undefined> =>
  (await queryRows(pool, Row, FIRST_ID, [time]))[0]?.id

export interface IdRange {
  /** Inclusive. */
  from?: string | undefined
  /** Exclusive. */
  to?: string | undefined
}

/** The ids of events that were received in a range of time; some at its edges lie outside of the time. */
export async function idsReceived(pool: Pool, since: Date | undefined, until: Date | undefined): Promise<IdRange> {
  return {
    from: since && (await firstId(pool, minutesFrom(since, -OVERLAP_MINUTES))),
    to: until && (await firstId(pool, minutesFrom(until, OVERLAP_MINUTES))),
  }
}

const minutesFrom = (time: Date, minutes: number): Date => new Date(time.getTime() + minutes * 60_000)
