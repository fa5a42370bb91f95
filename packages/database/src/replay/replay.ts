import type { Pool } from 'pg'

export interface ReplayFilter {
  /** Provider's ids of events. */
  ids?: string[]
  /** Received then or later. */
  since?: Date
  /** Received then or earlier; until now when left out. */
  until?: Date
}

const MATCHING = `status IN ('processed', 'ignored') AND raw_body IS NOT NULL
  AND (event_id = ANY ($1) OR received_at >= $2 AND received_at <= coalesce($3, now()))`

const valuesOf = ({ ids, since, until }: ReplayFilter) => [ids ?? [], since ?? null, until ?? null]

/** Processes recorded events again through the same path: merges and effect keys make that change nothing twice. */
export async function replay(pool: Pool, filter: ReplayFilter): Promise<{ replayed: number }> {
  const { rowCount } = await pool.query(
    `UPDATE webhook_events SET status = 'received', attempts = 0, crashes = 0, error = NULL, processed_at = NULL, sweep_after = now()
      WHERE ${MATCHING}`,
    valuesOf(filter),
  )
  return { replayed: rowCount ?? 0 }
}

/** Rows of what a replay takes up, but for thin events, which only say which other event they stand for. */
export async function findReplayable(pool: Pool, filter: ReplayFilter): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(
    `SELECT id FROM webhook_events WHERE ${MATCHING} AND type !~ '^v[0-9]+[.]' ORDER BY id`,
    valuesOf(filter),
  )
  return rows.map(({ id }) => id)
}
