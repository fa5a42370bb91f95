import type { Pool, PoolClient } from 'pg'
import { connectionCode } from './connection-code.ts'

/**
 * READ COMMITTED, whatever the server's default: a statement that waited for a lock must see what the one before it
 * committed, or what is derived from the merged rows is derived from old ones.
 *
 * A statement that is prepared while the tables are empty would scan them from end to end, and go on doing so however
 * full they become, until Postgres next counts their rows. Everything that we look up has an index.
 */
const BEGIN = 'BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL enable_seqscan = off'

/** Commits what `work` did when it returns, rolls back when it throws. A connection that failed is not used again. */
export async function inTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  let isBroken = true
  try {
    await client.query(BEGIN)
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

/** Without a connection nothing need be rolled back, and a second statement would only wait for a second time-out. */
async function rollBack(client: PoolClient, error: unknown): Promise<boolean> {
  if (connectionCode(error) !== undefined) return false
  return client.query('ROLLBACK').then(
    () => true,
    () => false,
  )
}
