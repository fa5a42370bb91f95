import type { Pool, PoolClient } from 'pg'

/** Tables of any size are read: neither a statement nor the wait for it ends by the limits of the pool. */
const QUERY_MS_MAX = 3_600_000

/** A statement in a snapshot, with the time that it may take. */
export const slow = (text: string) => ({ text, query_timeout: QUERY_MS_MAX })

/**
 * Runs `work` in a transaction that reads the database as it was at one moment. It locks no row, and can write none.
 * Values are in the units of every other session of ours: times in UTC.
 */
export async function inSnapshot<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  let isBroken = true
  try {
    await client.query(`BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL TIME ZONE 'UTC';
      SET LOCAL statement_timeout = ${QUERY_MS_MAX}; SET LOCAL cursor_tuple_fraction = 1`)
    const result = await work(client)
    await client.query('COMMIT')
    isBroken = false
    return result
  } finally {
    client.release(isBroken)
  }
}
