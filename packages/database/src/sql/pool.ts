import pg from 'pg'
import { DEFAULT_PLACEMENT, type Placement, useSchema } from './placement.ts'

export type { Pool } from 'pg'
export { databaseNow } from './clock.ts'
export { type Deployment, readDeployment } from './deployment.ts'
export { adviseMove, DEFAULT_PLACEMENT, type Placement } from './placement.ts'
export { SHARES_SESSIONS, sharesSessions } from './pooler.ts'

/**
 * The name of a worker's connections. Workers of an earlier version have another one: while one with this name is
 * connected, the others claim no event, since their merges drop what they do not know. A version whose merges earlier
 * ones cannot read takes another name, here and in `process_webhook_event`.
 */
export const WORKER_NAME = 'sluice-worker-2'

/** Those of version 0.1.0, which cannot follow tables that are moved, have no number. */
export const INGEST_NAME = 'sluice-ingest-2'
export const BOARD_NAME = 'sluice-board-2'

export interface PoolOptions {
  /** Maximum number of connections. */
  max?: number
  applicationName?: string
  /** Time limit of a statement, and of the wait for a connection, in milliseconds. */
  deadlineMs?: number
  /** Longest wait for a lock, in milliseconds. Default: half of the time limit, at most 5 s. */
  lockWaitMs?: number
  /** Default: schema `sluice`, roles `sluice_…`. */
  placement?: Placement
  /** Whether Postgres refuses every write of its sessions. Default: false. */
  readOnly?: boolean
}

/** Longest wait for a lock or a connection. */
const WAIT_MS_MAX = 5_000

/**
 * Overrides the settings of server, database and role. Prisma reads and writes times without a zone and means UTC.
 * Every statement must see all transactions that committed before it began. Lists of values are passed as the text of an
 * array, where NULL must mean null.
 */
const SESSION = `SET DateStyle = ISO; SET TIME ZONE 'UTC'; SET array_nulls = on;
  SET default_transaction_isolation = 'read committed'`

const statementMs = (deadlineMs: number): number => Math.round(deadlineMs * 0.8)

/** Milliseconds after which the server cancels a statement of this pool; undefined without a limit. */
export function statementLimitOf({ options }: pg.Pool): number | undefined {
  const deadlineMs = (options as pg.PoolConfig).query_timeout
  return deadlineMs && statementMs(deadlineMs)
}

/**
 * As statements and not as parameters of the connection, which poolers such as PgBouncer refuse. In milliseconds.
 *
 * @param limits by the name of the setting
 */
const setAll = (limits: Readonly<Record<string, number>>): string =>
  Object.entries(limits)
    .map(([name, ms]) => `SET ${name} = ${ms}`)
    .join('; ')

/**
 * A connection pool with a time limit for every wait: for a connection, a lock or an answer.
 *
 * The three limits must stay in this order. A lock that is held is reported (55P03) before the statement is too slow,
 * and the server cancels a slow statement (57014) before the client drops the connection.
 */
export function connect(
  url: string,
  {
    max = 8,
    applicationName = 'sluice',
    deadlineMs = 30_000,
    lockWaitMs = WAIT_MS_MAX,
    placement = DEFAULT_PLACEMENT,
    readOnly = false,
  }: PoolOptions = {},
): pg.Pool {
  const limits = setAll({
    lock_timeout: Math.min(Math.round(deadlineMs / 2), lockWaitMs),
    statement_timeout: statementMs(deadlineMs),
    idle_in_transaction_session_timeout: deadlineMs,
  })
  const session = `${SESSION}; ${limits}; ${useSchema(placement)}${readOnly ? '; SET default_transaction_read_only = on' : ''}`
  const pool = new pg.Pool({
    connectionString: url,
    max,
    application_name: applicationName,
    connectionTimeoutMillis: Math.min(deadlineMs, WAIT_MS_MAX),
    query_timeout: deadlineMs,
    keepAlive: true,
    onConnect: (client) => client.query(session),
  })
  // Without these listeners a connection that breaks while no query runs over it would end the process. The pool
  // replaces idle ones; the next query over a borrowed one rejects.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}
