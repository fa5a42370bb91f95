import { randomUUID } from 'node:crypto'
import type { Pool } from '@sluice/database/pool'
import { linkUnknownCustomers, reopenWithJob, sweepAllAgain, sweepEffects, sweepEvents } from '@sluice/database/upkeep'
import type { Producer } from '@sluice/queue'
import { metrics, type RateLimitedLogger, reasonOf } from '@sluice/runtime'

const EPOCH = 'sluice:epoch'

export interface Sweeper {
  stop(): Promise<void>
}

/**
 * Finds what waits and has no job. A plain timer in every worker, never a schedule in the queue: it heals what
 * happens when the queue is lost, and a queue that is lost takes its schedules with it.
 */
export function startSweeper(pool: Pool, producer: Producer, intervalMs: number, calm: RateLimitedLogger): Sweeper {
  let epoch: string | null = null
  let sweeping: Promise<void> = Promise.resolve()
  let stopped = false
  let timer = setTimeout(next, 0)

  function next(): void {
    sweeping = sweep()
      .catch((error: unknown) => calm.warn('Sweep failed', { reason: reasonOf(error) }))
      .finally(() => {
        if (!stopped) timer = setTimeout(next, intervalMs)
      })
  }

  async function sweep(): Promise<void> {
    await noticeLostQueue()
    await producer.scheduleRetention()
    await linkUnknownCustomers(pool)
    await reopenWithJob(pool)
    for (let due = 1; due > 0 && !stopped; ) {
      const swept = await sweepEvents(pool, (events) => producer.revive(events))
      metrics.swept.inc(swept.revived)
      due = swept.due
    }
    await sweepEffects(pool, (ids) => producer.reviveEffects(ids))
  }

  /** A store that was emptied or restored has another epoch, or none: everything that waits is due then. */
  async function noticeLostQueue(): Promise<void> {
    if (!producer.redis) return
    const made = await producer.redis.set(EPOCH, randomUUID(), 'NX')
    const current = await producer.redis.get(EPOCH)
    if (made === 'OK' || (epoch !== null && current !== epoch)) await sweepAllAgain(pool)
    epoch = current
  }

  return {
    stop: async () => {
      stopped = true
      clearTimeout(timer)
      await sweeping
    },
  }
}
