import pg from 'pg'

export type { Pool } from 'pg'

export interface PoolOptions {
  /** Connections at most. */
  max?: number
  applicationName?: string
  /** A statement, or a wait for a connection, is given up after so many milliseconds. */
  deadlineMs?: number
}

/** Waits for a lock, or for a connection, are over after this at the latest. */
const WAIT_MS_MAX = 5_000

/**
 * Whatever the database, the role or the server set: times are read as ISO, and sent and read without their zone by
 * Prisma, which means UTC; a statement sees what was committed before it began.
 */
const SESSION = `SET DateStyle = ISO; SET TIME ZONE 'UTC'; SET default_transaction_isolation = 'read committed'`

/**
 * A pool of connections that never waits for ever: for a connection, a lock or an answer.
 *
 * The three limits must stay in this order. A lock that is held is reported (55P03) before the statement is too slow,
 * and the server says that a statement is too slow (57014) before the client gives the connection up for lost.
 */
export function connect(
  url: string,
  { max = 8, applicationName = 'sluice', deadlineMs = 30_000 }: PoolOptions = {},
): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    application_name: applicationName,
    connectionTimeoutMillis: Math.min(deadlineMs, WAIT_MS_MAX),
    lock_timeout: Math.min(Math.round(deadlineMs / 2), WAIT_MS_MAX),
    statement_timeout: Math.round(deadlineMs * 0.8),
    query_timeout: deadlineMs,
    idle_in_transaction_session_timeout: deadlineMs,
    keepAlive: true,
    onConnect: (client) => client.query(SESSION),
  })
  // Without these listeners a connection that breaks while no query runs over it would end the process. The pool
  // replaces idle ones; the next query over a borrowed one rejects.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}
