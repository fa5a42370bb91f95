import { setTimeout as sleep } from 'node:timers/promises'
import { countUnprocessedImports, hasImportedWithin, outlast } from '@sluice/database/import'
import type { Pool } from 'pg'

/**
 * Events that may wait for a worker before more are added: a webhook that comes meanwhile shares batches with so few
 * that it is done as fast as without them.
 */
const BACKLOG_MAX = 50
const POLL_MS = 50
/** Within this time after the first event that waits, a worker has taken one, or none runs. A sweep comes after 8 s. */
const STALLED_MS = { enqueued: 5_000, swept: 10_000 }
/** A deployment or an outage is over within this time: workers that were there come back. */
const BACK_SECONDS = 60

export interface Room {
  /** Waits until workers have caught up. Does not wait while none runs. */
  forMore(stop: AbortSignal): Promise<void>
  /** Waits until all imported events are processed, or none is for a while. */
  drained(stop: AbortSignal): Promise<void>
}

/**
 * Keeps the queue short, so that webhooks keep their pace beside an import.
 * @param found how workers find the events
 */
export function createRoom(pool: Pool, found: keyof typeof STALLED_MS): Room {
  let waitsSince: number | null = null

  async function untilAtMost(most: number, stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      const backlog = await outlast(() => countUnprocessedImports(pool))
      if (backlog <= most) {
        waitsSince = null
        return
      }
      waitsSince ??= performance.now()
      const isLong = performance.now() - waitsSince > STALLED_MS[found]
      if (isLong && !(await outlast(() => hasImportedWithin(pool, BACK_SECONDS)))) return
      await sleep(POLL_MS)
    }
  }

  return {
    forMore: (stop) => untilAtMost(BACKLOG_MAX, stop),
    drained: (stop) => untilAtMost(0, stop),
  }
}
