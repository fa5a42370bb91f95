import { sqlState } from '../../sql/error-kind.ts'
import { LOCK_IS_HELD } from '../../sql/locked-rows.ts'

/** Then the rest waits too: a table is locked, or very many rows are. At 50 ms a lock this is some seconds. */
const LOCKS_MAX = 50

/**
 * Does `work` for all items in one transaction. If it meets a lock that another session holds, the items are halved until
 * only those are left out that need the lock.
 *
 * @param work must roll back if it throws
 * @returns the items that were left out
 */
export async function eachUnlocked<T>(items: T[], work: (items: T[]) => Promise<unknown>): Promise<T[]> {
  let locks = 0

  async function attempt(some: T[]): Promise<T[]> {
    if (some.length === 0 || locks >= LOCKS_MAX) return some
    try {
      await work(some)
      return []
    } catch (error) {
      if (sqlState(error) !== LOCK_IS_HELD) throw error
      locks += 1
      if (some.length === 1) return some
      const half = Math.ceil(some.length / 2)
      return [...(await attempt(some.slice(0, half))), ...(await attempt(some.slice(half)))]
    }
  }

  return attempt(items)
}
