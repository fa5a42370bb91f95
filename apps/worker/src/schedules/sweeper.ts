import { randomUUID } from 'node:crypto'
import { makeAllEventsDue, reopenWithJob, sweepEvents, sweepRevisions } from '@sluice/database/inbox'
import { makeAllEffectsDue, sweepEffects } from '@sluice/database/outbox'
import type { Pool } from '@sluice/database/pool'
import type { Producer, RedisClient } from '@sluice/queue'
import { reasonOf, type ThrottledLogger } from '@sluice/runtime/logger'
import { metrics } from '@sluice/runtime/metrics'
import { type Repeated, repeat } from './repeat.ts'

/**
 * Delays of the sweeps after Redis is back, in milliseconds. Events that were recorded during the outage have no job
 * and become due three seconds after they arrived. Ingest may record the last of them up to a second after Redis is
 * back, before it has reconnected.
 */
const CATCH_UP_MS = [0, 1_500, 3_000, 4_500]

/**
 * Enqueues events and effects that are waiting without a job. Uses a timer in every worker instead of a schedule in the
 * queue, because it must also work after the queue and its schedules were lost.
 */
export function startSweeper(
  pool: Pool,
  producer: Producer,
  intervalMs: number,
  throttledLog: ThrottledLogger,
): Repeated {
  let epochs: (string | null)[] = []
  let checkedUntil = ''
  const failed = (error: unknown) => throttledLog.warn('Sweep failed', { reason: reasonOf(error) })
  const sweeping = repeat(sweep, intervalMs, failed)
  producer.redis?.on('ready', () => {
    for (const afterMs of CATCH_UP_MS) setTimeout(sweeping.soon, afterMs).unref()
  })
  return sweeping

  async function sweep(isStopped: () => boolean): Promise<void> {
    if (producer.redis && producer.redis.status !== 'ready') return // `ready` triggers a sweep
    await noticeLostQueue()
    await producer.scheduleDaily()
    // The host may lock its rows, and events must be swept all the same.
    await reopen().catch(failed)
    await producer.bringForward().catch(failed)
    for (let due = 1; due > 0 && !isStopped(); ) {
      const swept = await sweepEvents(pool, producer.revive)
      metrics.swept.inc(swept.revived)
      due = swept.due
    }
    metrics.swept.inc((await sweepRevisions(pool, producer.revive)).revived)
    for (let due = 1; due > 0 && !isStopped() && !(await producer.areEffectsPaused()); )
      due = (await sweepEffects(pool, (effects) => producer.reviveEffects(effects))).due
  }

  async function reopen(): Promise<void> {
    checkedUntil = await reopenWithJob(pool, checkedUntil)
  }

  /**
   * A shard that was emptied or restored has a different epoch or none. Every waiting event and effect becomes due
   * then.
   */
  async function noticeLostQueue(): Promise<void> {
    const { redis, prefixes } = producer
    if (!redis) return
    const shards = await Promise.all(prefixes.map((prefix) => epochAt(redis, `${prefix}:epoch`)))
    const isLost = shards.some(({ isNew, epoch }, shard) => isNew || (epochs.length > 0 && epochs[shard] !== epoch))
    if (isLost) await Promise.all([makeAllEventsDue(pool), makeAllEffectsDue(pool)])
    epochs = shards.map(({ epoch }) => epoch)
  }
}

async function epochAt(redis: RedisClient, key: string) {
  const made = await redis.set(key, randomUUID(), 'NX')
  return { isNew: made === 'OK', epoch: await redis.get(key) }
}
