import { SluiceError } from '@sluice/events'
import type { PoolClient } from 'pg'
import { sqlState } from './error-kind.ts'

/** SQLSTATE `lock_not_available`: the lock was not free at once, or within `lock_timeout`. */
export const LOCK_IS_HELD = '55P03'

/**
 * Longest wait for a lock in a transaction that events or rows share, in milliseconds. Most transactions of the host are
 * shorter, and worth waiting for. A longer lock is found out, and only what needs it waits (`held-locks.ts`).
 */
export const LOCK_WAIT_MS = 50

export interface Rows {
  table: string
  /** The column of the keys. */
  column: string
  keys: string[]
}

/** Another session holds a lock on at least one of these rows, or on their table. */
export class LockedRowsError extends SluiceError {
  override readonly name = 'LockedRowsError'
  readonly rows: Rows
  /** The customers that each of the rows belongs to, where that is not obvious from the key. */
  customersOf: ReadonlyMap<string, ReadonlySet<string>> | undefined

  constructor(rows: Rows, cause: unknown) {
    super(LOCK_IS_HELD, `a lock on ${rows.table} is held`, { cause })
    this.rows = rows
  }
}

/** Runs a statement that waits for no other rows than these. @throws {LockedRowsError} */
export async function lockingRows<T>(rows: Rows, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw sqlState(error) === LOCK_IS_HELD ? new LockedRowsError(rows, error) : error
  }
}

/**
 * Locks rows against other writers, but not against foreign keys that refer to them: nobody changes their keys.
 *
 * @throws {LockedRowsError}
 */
export async function lockRows(
  client: PoolClient,
  { table, column, keys }: Rows,
  columns: string[] = [],
): Promise<unknown[]> {
  const { rows } = await lockingRows({ table, column, keys }, () =>
    client.query({
      name: `lock_${table}`,
      text: `SELECT ${[`${column} AS key`, ...columns].join(', ')} FROM ${table} WHERE ${column} = ANY ($1)
        ORDER BY ${column} FOR NO KEY UPDATE`,
      values: [keys],
    }),
  )
  return rows
}
