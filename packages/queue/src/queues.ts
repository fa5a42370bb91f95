import { SluiceError } from '@sluice/events'
import { Queue, type QueueOptions, type Telemetry } from 'bullmq'
import { producerConnection } from './backend.ts'
import { OWNER, QUEUES } from './names.ts'
import { JOB_OPTIONS } from './policy.ts'
import type { RedisClient } from './redis-client.ts'
import { prefixesOf, type QueueStore, shardOf } from './store.ts'

export interface Open {
  /** One per shard. */
  events: Queue[]
  effects: Queue[]
  maintenance: Queue
  deadLetter: Queue
}

/** The queue of the job's shard. */
export const queueOf = (queues: Queue[], jobId: string): Queue => queues[shardOf(jobId, queues.length)] as Queue

export const allOf = (open: Open): Queue[] => Object.values(open).flat()

class NotConnectedError extends SluiceError {
  override readonly name = 'NotConnectedError'
}

export interface LazyQueues {
  /** Rejects immediately while Redis is not connected. */
  queues(): Promise<Open>
  redis: RedisClient | null
  /** Where the owner of the queues is noted; null on Redis, which has a key for it. */
  ownerQueue: Queue | null
  disconnect(): Promise<void>
}

/**
 * Queues that share one connection. They are opened on first use and only while Redis is connected, because a queue
 * that is opened during an outage stays broken.
 */
export function lazyQueues(store: QueueStore, telemetry?: Telemetry): LazyQueues {
  const { options, backend, redis, disconnect } = producerConnection(store.url)
  const prefixes = prefixesOf(store)
  let opening: Promise<Open> | undefined
  const queue = (name: string, prefix = prefixes[0], more?: Partial<QueueOptions>) => {
    const made = new Queue(name, { ...options, prefix, defaultJobOptions: JOB_OPTIONS, ...more }, backend)
    made.on('error', () => {}) // each call reports its own failure
    return made
  }
  const ownerQueue = redis ? null : queue(OWNER)

  async function open(): Promise<Open> {
    const traced = telemetry && { telemetry }
    const opened = {
      events: prefixes.map((prefix) => queue(QUEUES.events, prefix, traced)),
      effects: prefixes.map((prefix) => queue(QUEUES.effects, prefix, traced)),
      maintenance: queue(QUEUES.maintenance),
      deadLetter: queue(QUEUES.deadLetter),
    }
    await Promise.all(allOf(opened).map((made) => made.waitUntilReady()))
    return opened
  }

  return {
    redis,
    ownerQueue,
    queues: async () => {
      if (redis && redis.status !== 'ready') throw new NotConnectedError('not_connected', 'Redis is not connected')
      opening ??= open().catch((error) => {
        opening = undefined
        throw error
      })
      return opening
    },
    disconnect: async () => {
      const opened = await opening?.catch(() => undefined)
      const all = [...(opened ? allOf(opened) : []), ...(ownerQueue ? [ownerQueue] : [])]
      const closing = all.map((each) => each.close())
      const timeout = new Promise((resolve) => setTimeout(resolve, 1_000).unref())
      await Promise.race([Promise.allSettled(closing), timeout]) // closing a queue waits forever for an unreachable store
      disconnect()
    },
  }
}
