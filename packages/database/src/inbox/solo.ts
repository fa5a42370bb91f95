import type { Pool } from 'pg'

/** Notes that a suspect begins a run of its own. Returns how many such runs were begun and never settled, this one included. */
export async function beginSoloRun(pool: Pool, id: string): Promise<number> {
  const { rows } = await pool.query<{ crashes: number }>(
    `UPDATE webhook_events SET crashes = crashes + 1 WHERE id = $1 AND status IN ('received', 'failed') RETURNING crashes`,
    [id],
  )
  return rows[0]?.crashes ?? 0
}

/** The run came to an end, whatever it was: the process lives. */
export async function endSoloRun(pool: Pool, id: string): Promise<void> {
  await pool.query('UPDATE webhook_events SET crashes = 0 WHERE id = $1 AND crashes > 0', [id])
}

/** The same for an effect. */
export async function beginSoloEffect(pool: Pool, id: string): Promise<number> {
  const { rows } = await pool.query<{ crashes: number }>(
    `UPDATE outbox_messages SET crashes = crashes + 1 WHERE id = $1 AND status <> 'done' RETURNING crashes`,
    [id],
  )
  return rows[0]?.crashes ?? 0
}

export async function endSoloEffect(pool: Pool, id: string): Promise<void> {
  await pool.query('UPDATE outbox_messages SET crashes = 0 WHERE id = $1 AND crashes > 0', [id])
}
