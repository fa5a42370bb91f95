import { setTimeout as sleep } from 'node:timers/promises'
import { kindOf } from '../sql/error-kind.ts'

/** Waits in milliseconds: two minutes in all, which a restart, a fail-over or the locks of a migration take at most. */
const WAITS_MS = [250, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 60_000]

/**
 * Repeats `work` while Postgres is unavailable, or while a lock is not to be had.
 *
 * @param work may run several times
 * @throws the last error of `work`
 */
export async function outlast<T>(work: () => Promise<T>, waitsMs: readonly number[] = WAITS_MS): Promise<T> {
  for (const waitMs of waitsMs) {
    try {
      return await work()
    } catch (error) {
      const kind = kindOf(error)
      if (kind !== 'outage' && kind !== 'conflict') throw error
      await sleep(waitMs)
    }
  }
  return work()
}
