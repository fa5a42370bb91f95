import type { Pool, PoolClient } from 'pg'
import { connectionCode } from './connection-code.ts'

/**
 * READ COMMITTED, whatever the server's default: after waiting for a lock, a statement must see what the lock's
 * previous holder committed. Otherwise rows would be derived from stale data.
 *
 * Sequential scans are off, because a statement that was prepared while the tables were empty would keep scanning them
 * until Postgres next analyzes them. Every lookup has an index.
 */
const BEGIN = 'BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL enable_seqscan = off'

/**
 * Commits when `work` returns, rolls back when it throws. A broken connection is not reused.
 *
 * @param lockWaitMs longest wait for a lock, in milliseconds; default: that of the pool
 */
export async function inTransaction<T>(
  pool: Pool,
  work: (client: PoolClient) => Promise<T>,
  lockWaitMs?: number,
): Promise<T> {
  const client = await pool.connect()
  let isBroken = true
  try {
    await client.query(lockWaitMs === undefined ? BEGIN : `${BEGIN}; SET LOCAL lock_timeout = ${lockWaitMs}`)
    const result = await work(client)
    await client.query('COMMIT')
    isBroken = false
    return result
  } catch (error) {
    isBroken = !(await rollBack(client, error))
    throw error
  } finally {
    client.release(isBroken)
  }
}

/** After a connection error there is nothing to roll back, and a second statement would only time out again. */
async function rollBack(client: PoolClient, error: unknown): Promise<boolean> {
  if (connectionCode(error) !== undefined) return false
  return client.query('ROLLBACK').then(
    () => true,
    () => false,
  )
}
