import { setTimeout as sleep } from 'node:timers/promises'
import { countUnprocessedImports } from '@sluice/database/import'
import type { Pool } from 'pg'

/** Events that may wait for a worker before the next page is added: a webhook waits behind them for a moment at most. */
const BACKLOG_MAX = 300
const POLL_MS = 100
/** If no worker takes an event for so long, none runs, and nobody is waiting either. A sweep comes after 8 s. */
const STALLED_MS = { enqueued: 5_000, swept: 10_000 }

export interface Room {
  /** Waits until workers have caught up. Does not wait while none takes events. */
  forPage(stop: AbortSignal): Promise<void>
  /** Waits until all imported events are processed, or none is for a while. */
  drained(stop: AbortSignal): Promise<void>
}

/**
 * Keeps the queue short, so that webhooks keep their pace beside an import.
 * @param found how workers find the events
 */
export function createRoom(pool: Pool, found: keyof typeof STALLED_MS): Room {
  let hasWorkers = true

  async function untilAtMost(most: number, stop: AbortSignal): Promise<void> {
    let least = Number.POSITIVE_INFINITY
    let leastAt = performance.now()
    while (!stop.aborted) {
      const backlog = await countUnprocessedImports(pool)
      if (backlog <= most) {
        hasWorkers = true
        return
      }
      if (backlog < least) [least, leastAt] = [backlog, performance.now()]
      if (!hasWorkers || performance.now() - leastAt > STALLED_MS[found]) {
        hasWorkers = false
        return
      }
      await sleep(POLL_MS)
    }
  }

  return {
    forPage: (stop) => untilAtMost(BACKLOG_MAX, stop),
    drained: (stop) => untilAtMost(0, stop),
  }
}
