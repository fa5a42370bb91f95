import { Queue, type QueueOptions, type Telemetry } from 'bullmq'
import type { Redis } from 'ioredis'
import { producerConnection } from './backend.ts'
import { QUEUES } from './names.ts'
import { JOB_OPTIONS } from './policy.ts'

export interface Open {
  events: Queue
  effects: Queue
  maintenance: Queue
  deadLetter: Queue
}

export interface LazyQueues {
  /** Rejects at once while Redis is not connected. */
  queues(): Promise<Open>
  redis: Redis | null
  disconnect(): Promise<void>
}

/**
 * The queues over one connection, opened when they are first used and Redis is there: a queue that is built while
 * Redis is away keeps that failure for ever.
 */
export function lazyQueues(url: string, telemetry?: Telemetry): LazyQueues {
  const { options, backend, redis, disconnect } = producerConnection(url)
  let opening: Promise<Open> | undefined

  async function open(): Promise<Open> {
    const queue = (name: string, more?: Partial<QueueOptions>) => {
      const made = new Queue(name, { ...options, defaultJobOptions: JOB_OPTIONS, ...more }, backend)
      made.on('error', () => {}) // every call reports its own failure
      return made
    }
    const traced = telemetry && { telemetry }
    const opened = {
      events: queue(QUEUES.events, traced),
      effects: queue(QUEUES.effects, traced),
      maintenance: queue(QUEUES.maintenance),
      deadLetter: queue(QUEUES.deadLetter),
    }
    await Promise.all(Object.values(opened).map((made) => made.waitUntilReady()))
    return opened
  }

  return {
    redis,
    queues: async () => {
      if (redis && redis.status !== 'ready') throw new Error('Redis is not connected')
      opening ??= open().catch((error) => {
        opening = undefined
        throw error
      })
      return opening
    },
    disconnect: async () => {
      const opened = await opening?.catch(() => undefined)
      const closing = Object.values(opened ?? {}).map((queue) => queue.close())
      const given = new Promise((resolve) => setTimeout(resolve, 1_000).unref())
      await Promise.race([Promise.allSettled(closing), given]) // a queue waits for ever for a store that is away
      disconnect()
    },
  }
}
