import type { Pool, PoolClient } from 'pg'

/**
 * What is prepared while the tables are empty would read them from end to end, and go on doing so however full they
 * become, until Postgres next looks how many rows they have. All that we look up has an index.
 */
const BEGIN = 'BEGIN; SET LOCAL enable_seqscan = off'

/** Commits what `work` did when it returns, rolls back when it throws. A connection that failed is not used again. */
export async function inTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  let failure: Error | undefined
  try {
    await client.query(BEGIN)
    const result = await work(client)
    await client.query('COMMIT')
    return result
  } catch (error) {
    failure = error instanceof Error ? error : new Error('transaction failed', { cause: error })
    await client.query('ROLLBACK').then(
      () => {
        failure = undefined
      },
      () => {},
    )
    throw error
  } finally {
    client.release(failure)
  }
}
