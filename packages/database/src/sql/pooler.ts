import type { Pool, PoolClient } from 'pg'

/** For the operator, after the name of the variable with the address. */
export const SHARES_SESSIONS =
  'leads to a pooler in transaction mode, which gives each transaction the session of another one and forgets its settings: use its session mode, or the address of Postgres itself'

/**
 * Whether the pool leads to a pooler that gives two connections the same session, one transaction after the other. True is
 * certain; a pooler with many sessions at work may go unnoticed.
 *
 * @throws when Postgres does not answer
 */
export async function sharesSessions(pool: Pool): Promise<boolean> {
  const first = await pool.connect()
  try {
    const session = await sessionOf(first)
    const second = await pool.connect()
    try {
      return (await sessionOf(second)) === session
    } finally {
      second.release()
    }
  } finally {
    first.release()
  }
}

async function sessionOf(client: PoolClient): Promise<number> {
  const { rows } = await client.query('SELECT pg_backend_pid() AS pid')
  return rows[0].pid
}
