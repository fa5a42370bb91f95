import type { Pool, PoolClient } from 'pg'

/**
 * Runs `work` in a transaction that is always rolled back. It waits at most half a second for a lock, which is shorter
 * than Postgres's deadlock timeout.
 */
export async function inRolledBackTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  try {
    await client.query('BEGIN ISOLATION LEVEL READ COMMITTED')
    await client.query(`SET LOCAL lock_timeout = '500ms'`)
    return await work(client)
  } finally {
    await client.query('ROLLBACK').catch(() => {})
    client.release(true) // closes the connection, so that Postgres rolls back even if ROLLBACK failed
  }
}
