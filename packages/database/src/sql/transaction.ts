import { SluiceError } from '@sluice/events'
import type { Pool, PoolClient } from 'pg'
import { connectionCode } from './connection-code.ts'
import { collectChanges, writeChanges } from './row-changes.ts'

/**
 * READ COMMITTED, whatever the server's default: after waiting for a lock, a statement must see what the lock's
 * previous holder committed. Otherwise rows would be derived from stale data.
 *
 * Sequential scans are off, because a statement that was prepared while the tables were empty would keep scanning them
 * until Postgres next analyzes them. Every lookup has an index.
 */
const BEGIN = 'BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL enable_seqscan = off'

/** A rollback has nothing to wait for. If the connection is stuck, it is closed instead. */
const ROLLBACK = { text: 'ROLLBACK', query_timeout: 2_000 }

/** The work of a transaction took too long, in Postgres or in this process. */
export class TooSlowError extends SluiceError {
  override readonly name = 'TooSlowError'

  constructor(limitMs: number) {
    super('too_slow', `its transaction took longer than ${limitMs} ms`)
  }
}

/**
 * Commits when `work` returns, rolls back when it throws. A broken connection is not reused.
 *
 * @param lockWaitMs longest wait for a lock, in milliseconds; default: that of the pool
 * @param limitMs time limit of each statement, and time after which none begins, in milliseconds; default: none but that
 * of the pool
 * @throws {TooSlowError} instead of beginning a statement
 */
export async function inTransaction<T>(
  pool: Pool,
  work: (client: PoolClient) => Promise<T>,
  lockWaitMs?: number,
  limitMs?: number,
): Promise<T> {
  const client = await pool.connect()
  let isBroken = true
  try {
    await client.query(beginWith(lockWaitMs, limitMs))
    const limited = limitMs === undefined ? client : until(client, limitMs)
    collectChanges(limited)
    const result = await work(limited)
    await writeChanges(limited)
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

const beginWith = (lockWaitMs?: number, limitMs?: number): string =>
  [
    BEGIN,
    ...(lockWaitMs === undefined ? [] : [`SET LOCAL lock_timeout = ${lockWaitMs}`]),
    ...(limitMs === undefined ? [] : [`SET LOCAL statement_timeout = ${limitMs}`]),
  ].join('; ')

/** The same client, which begins no statement after this time. */
function until(client: PoolClient, limitMs: number): PoolClient {
  const startedAt = performance.now()
  const query = (...statement: Parameters<PoolClient['query']>) => {
    if (performance.now() - startedAt > limitMs) throw new TooSlowError(limitMs)
    return client.query(...statement)
  }
  return Object.create(client, { query: { value: query } })
}

/** After a connection error there is nothing to roll back, and a second statement would only time out again. */
async function rollBack(client: PoolClient, error: unknown): Promise<boolean> {
  if (connectionCode(error) !== undefined) return false
  return client.query(ROLLBACK).then(
    () => true,
    () => false,
  )
}
