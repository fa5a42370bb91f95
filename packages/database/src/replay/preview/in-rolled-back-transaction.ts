import type { Pool, PoolClient } from 'pg'

/**
 * Runs `work` in a transaction that is rolled back, however it ends. It waits for a row for half a second at most, which
 * is shorter than Postgres takes to look for a deadlock.
 */
export async function inRolledBackTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  try {
    await client.query('BEGIN ISOLATION LEVEL READ COMMITTED')
    await client.query(`SET LOCAL lock_timeout = '500ms'`)
    return await work(client)
  } finally {
    await client.query('ROLLBACK').catch(() => {})
    client.release(true) // closed as well: Postgres rolls back a transaction whose connection is gone
  }
}
