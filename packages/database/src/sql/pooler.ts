import type { Pool, PoolClient } from 'pg'

/** For the operator, after the name of the variable with the address. */
export const SHARES_SESSIONS =
  'leads to a pooler in transaction mode, which gives each transaction the session of another one and forgets its settings: use its session mode, or the address of Postgres itself'

/** As many connections as are compared, since other sessions may be at work at the same time. */
const COMPARED = 4

/**
 * Whether the pool leads to a pooler that gives two connections the same session, one transaction after the other. True is
 * certain; a pooler with many sessions at work may go unnoticed.
 *
 * @throws when Postgres does not answer
 */
export async function sharesSessions(pool: Pool): Promise<boolean> {
  const clients: PoolClient[] = []
  const sessions = new Set<number>()
  try {
    while (clients.length < Math.min(COMPARED, pool.options.max)) {
      const client = await pool.connect()
      clients.push(client)
      sessions.add(await sessionOf(client))
    }
    return sessions.size < clients.length
  } finally {
    for (const client of clients) client.release()
  }
}

async function sessionOf(client: PoolClient): Promise<number> {
  const { rows } = await client.query('SELECT pg_backend_pid() AS pid')
  return rows[0].pid
}
