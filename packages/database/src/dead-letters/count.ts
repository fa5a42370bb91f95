import type { Pool } from 'pg'

export interface DeadLetterCount {
  provider: string
  type: string
  /** The word with which its error begins: a code, of which there are few. */
  cause: string
  count: number
}

/** Open dead letters, counted for the metrics. */
export async function countDeadLetters(pool: Pool): Promise<DeadLetterCount[]> {
  const { rows } = await pool.query(
    `SELECT provider, type, split_part(error, ':', 1) AS cause, count(*)::int AS count FROM webhook_dead_letters
      WHERE redriven_at IS NULL GROUP BY 1, 2, 3`,
  )
  return rows
}
