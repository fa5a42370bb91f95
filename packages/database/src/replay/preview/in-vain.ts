import type { Pool, PoolClient } from 'pg'

/** Lends a transaction that is rolled back, however it ends. It never waits long for a row, nor looks for deadlocks. */
export async function inVain<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  try {
    await client.query('BEGIN')
    await client.query(`SET LOCAL lock_timeout = '500ms'`)
    return await work(client)
  } finally {
    await client.query('ROLLBACK').catch(() => {})
    client.release(true) // and gone: what does not answer any more is rolled back by Postgres
  }
}
