import type { Pool } from 'pg'
import { z } from 'zod'
import { queryRows } from '../sql/rows.ts'

/** Postgres gives ids before the commit, so that an event may have a smaller id than one that was received earlier. */
const OVERLAP_MINUTES = 5

/** Tables whose ids grow with a time, and the column with that time. */
const TIMES = { webhook_events: 'received_at', operator_actions: 'at' } as const

type Timed = keyof typeof TIMES

/**
 * Ids grow with the time, so that halving the range of ids finds a moment in as many steps as the largest id has bits. No
 * index on the time is needed.
 */
const firstIdIn = (table: Timed): string => `
  WITH RECURSIVE half (low, high) AS (
    SELECT min(id), max(id) + 1 FROM ${table}
    UNION ALL
    SELECT CASE WHEN row.time < $1 THEN row.id + 1 ELSE low END,
      CASE WHEN row.time < $1 THEN high ELSE (low + high) / 2 END
    FROM half, LATERAL (
      SELECT id, ${TIMES[table]} AS time FROM ${table} WHERE id >= (low + high) / 2 ORDER BY id LIMIT 1
    ) AS row
    WHERE low < high
  )
  SELECT low::text AS id FROM half WHERE low >= high`

const Row = z.object({ id: z.string() })

const firstId = async (pool: Pool, table: Timed, time: Date): Promise<string | undefined> =>
  (await queryRows(pool, Row, firstIdIn(table), [time]))[0]?.id

export interface IdRange {
  /** Inclusive. */
  from?: string | undefined
  /** Exclusive. */
  to?: string | undefined
}

/** The ids of events that were received in a range of time; some at its edges lie outside of the time. */
export const idsReceived = (pool: Pool, since: Date | undefined, until: Date | undefined): Promise<IdRange> =>
  idsBetween(pool, 'webhook_events', since, until)

/** The same of rows of a table. */
export async function idsBetween(
  pool: Pool,
  table: Timed,
  since: Date | undefined,
  until: Date | undefined,
): Promise<IdRange> {
  return {
    from: since && (await firstId(pool, table, minutesFrom(since, -OVERLAP_MINUTES))),
    to: until && (await firstId(pool, table, minutesFrom(until, OVERLAP_MINUTES))),
  }
}

const minutesFrom = (time: Date, minutes: number): Date => new Date(time.getTime() + minutes * 60_000)
