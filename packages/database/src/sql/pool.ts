import pg from 'pg'

export type { Pool } from 'pg'

export interface PoolOptions {
  /** Connections at most. */
  max?: number
  applicationName?: string
  /** A statement, or a wait for a connection, over it is given up, in milliseconds. */
  deadlineMs?: number
}

/** A pool of connections that never waits for ever: for a connection, a lock or an answer. */
export function connect(
  url: string,
  { max = 8, applicationName = 'sluice', deadlineMs = 30_000 }: PoolOptions = {},
): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    application_name: applicationName,
    connectionTimeoutMillis: Math.min(deadlineMs, 5_000),
    query_timeout: deadlineMs,
    statement_timeout: deadlineMs,
    lock_timeout: Math.min(deadlineMs, 5_000),
    idle_in_transaction_session_timeout: deadlineMs,
    keepAlive: true,
    // Prisma sends and reads times without their zone, and means UTC: in a session of another zone they are hours off.
    onConnect: (client) => client.query(`SET TIME ZONE 'UTC'`),
  })
  // A connection that breaks while nothing is asked over it would end the process without a listener: the pool tells of
  // the idle ones, which are replaced, the connection itself of those that are lent, whose next query rejects.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}
