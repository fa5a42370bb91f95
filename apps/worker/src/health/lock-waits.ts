import type { LockWait } from '@sluice/database/commit'
import type { Logger } from '@sluice/runtime/logger'
import { metrics } from '@sluice/runtime/metrics'

/** First and longest pause of a job that waits for a lock, in milliseconds. */
const PAUSE_MS_MIN = 100
const PAUSE_MS_MAX = 5_000

/** Nobody knows when an unknown lock is released. Most are those of another worker's batch. */
const UNKNOWN_MS_MAX = 1_000
const UNKNOWN: LockWait = { table: 'unknown', pid: null, applicationName: null, heldMs: 0 }

/** Two batches often meet for a moment. Shorter waits than this are neither counted nor logged. */
const WORTH_TELLING_MS = 1_000
const LOG_EVERY_MS = 30_000

/** A job that has not asked again for so long was taken by another worker. */
const FORGOTTEN_MS = 3 * PAUSE_MS_MAX

interface Waiting {
  table: string
  /** Milliseconds of `performance.now()`. */
  since: number
  seenAt: number
}

/** The jobs that wait because another session holds a lock that they need. They use no attempts, however long it takes. */
export interface LockWaits {
  /**
   * Notes that a job waits, and logs from time to time for whom.
   *
   * @param lock undefined if it is not known which lock it is
   * @returns the pause before the job is tried again: it grows with the time that the lock has been held, up to 5 s. A job
   * that meets one short lock after another, such as those of other workers' batches, waits no longer each time.
   */
  pauseMs(id: string, lock: LockWait | undefined): number
  /** The job waits no more. */
  over(id: string): void
  /** Sets the gauge. */
  count(): void
}

export function createLockWaits(logger: Logger): LockWaits {
  const jobs = new Map<string, Waiting>()
  const logged = new Map<string, number>()

  function log({ table, pid, applicationName }: Omit<LockWait, 'heldMs'>, waitedMs: number, now: number): void {
    if (now - (logged.get(table) ?? Number.NEGATIVE_INFINITY) < LOG_EVERY_MS) return
    logged.set(table, now)
    logger.warn('Waiting for a lock of another session', {
      table,
      ...(pid !== null && { pid }),
      ...(applicationName && { applicationName }),
      waiting: countOf(now).get(table) ?? 1,
      durationMs: Math.round(waitedMs),
    })
  }

  function countOf(now: number): Map<string, number> {
    const counts = new Map<string, number>()
    for (const [id, { table, since, seenAt }] of jobs) {
      if (now - seenAt > FORGOTTEN_MS) jobs.delete(id)
      else if (seenAt - since >= WORTH_TELLING_MS) counts.set(table, (counts.get(table) ?? 0) + 1)
    }
    return counts
  }

  return {
    pauseMs: (id, known) => {
      const now = performance.now()
      const lock = known ?? UNKNOWN
      const { since } = jobs.get(id) ?? { since: now - lock.heldMs }
      jobs.set(id, { table: lock.table, since, seenAt: now })
      const waitedMs = now - since
      if (waitedMs >= WORTH_TELLING_MS) log(lock, waitedMs, now)
      const grown = known ? known.heldMs / 2 : Math.min(waitedMs / 2, UNKNOWN_MS_MAX)
      const pause = Math.min(PAUSE_MS_MAX, Math.max(PAUSE_MS_MIN, grown))
      return pause * (0.75 + Math.random() / 2)
    },
    over: (id) => jobs.delete(id),
    count: () => {
      metrics.lockWaiting.reset()
      for (const [table, count] of countOf(performance.now())) metrics.lockWaiting.set({ table }, count)
    },
  }
}
