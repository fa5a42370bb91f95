import { randomUUID } from 'node:crypto'
import { linkUnknownCustomers } from '@sluice/database/commit'
import { makeAllEventsDue, reopenWithJob, sweepEvents } from '@sluice/database/inbox'
import { makeAllEffectsDue, sweepEffects } from '@sluice/database/outbox'
import type { Pool } from '@sluice/database/pool'
import type { Producer, RedisClient } from '@sluice/queue'
import { reasonOf, type ThrottledLogger } from '@sluice/runtime/logger'
import { metrics } from '@sluice/runtime/metrics'
import { type Repeated, repeat } from './repeat.ts'

/**
 * When to sweep after Redis is back, in milliseconds. Events that were recorded during the outage have no job and are due
 * three seconds after they arrived, the last of them a second later, when every ingest has connected again.
 */
const CATCH_UP_MS = [0, 1_500, 3_000, 4_500]

/**
 * Gives a job to events and effects that wait without one. It is a timer in every worker and no schedule of the queue,
 * because it must work after the queue was lost, and its schedules with it.
 */
export function startSweeper(
  pool: Pool,
  producer: Producer,
  intervalMs: number,
  throttledLog: ThrottledLogger,
): Repeated {
  let epochs: (string | null)[] = []
  let checkedUntil = ''
  const sweeping = repeat(sweep, intervalMs, (error) => throttledLog.warn('Sweep failed', { reason: reasonOf(error) }))
  producer.redis?.on('ready', () => {
    for (const afterMs of CATCH_UP_MS) setTimeout(sweeping.soon, afterMs).unref()
  })
  return sweeping

  async function sweep(isStopped: () => boolean): Promise<void> {
    if (producer.redis && producer.redis.status !== 'ready') return // `ready` triggers a sweep
    await noticeLostQueue()
    await producer.scheduleDaily()
    await linkUnknownCustomers(pool)
    checkedUntil = await reopenWithJob(pool, checkedUntil)
    for (let due = 1; due > 0 && !isStopped(); ) {
      const swept = await sweepEvents(pool, (events) => producer.revive(events))
      metrics.swept.inc(swept.revived)
      due = swept.due
    }
    if (!(await producer.areEffectsPaused())) await sweepEffects(pool, (ids) => producer.reviveEffects(ids))
  }

  /** A shard that was emptied or restored has another epoch, or none: then every waiting event is due. */
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
