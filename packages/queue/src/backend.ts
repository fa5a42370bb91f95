import { createPostgresBackend, type QueueOptions, type WorkerOptions } from 'bullmq'
import { Redis, type RedisOptions } from 'ioredis'
import { PREFIX } from './names.ts'

/**
 * The one place that knows what holds the queue: Redis, or for trying out on a machine that has none, BullMQ's
 * Postgres backend in a schema of its own.
 */
export type QueueBackend = 'redis' | 'postgres'

export const queueBackend = (url: string): QueueBackend => (/^postgres(ql)?:/.test(url) ? 'postgres' : 'redis')

/** A store that is away must cost a producer this at most, in milliseconds: a request is waiting. */
export const PRODUCER_DEADLINE_MS = 800

const RECONNECT: RedisOptions = {
  retryStrategy: (times) => Math.min(times * 100, 1_000),
  reconnectOnError: (error) => error.message.startsWith('READONLY'),
}

/** Fails at once instead of waiting for Redis to come back. */
export function connectProducer(url: string): Redis {
  const redis = new Redis(url, {
    ...RECONNECT,
    maxRetriesPerRequest: 1,
    enableOfflineQueue: false,
    enableAutoPipelining: true,
    commandTimeout: PRODUCER_DEADLINE_MS,
    connectTimeout: 2_000,
  })
  redis.on('error', () => {}) // every command reports its own failure
  return redis
}

/** Waits for Redis as long as it takes. Never with a command timeout: it would end the blocking read. */
function connectConsumer(url: string): Redis {
  const redis = new Redis(url, { ...RECONNECT, maxRetriesPerRequest: null, connectTimeout: 2_000 })
  redis.on('error', () => {}) // the worker reports them
  return redis
}

export interface Connected<Options> {
  options: Options & { connection: NonNullable<unknown> }
  /** BullMQ types a queue by its backend. We use only what both have, so the types see one of them. */
  backend: undefined
  redis: Redis | null
  disconnect(): void
}

export function producerConnection(url: string): Connected<QueueOptions> {
  if (queueBackend(url) === 'postgres') return onPostgres(url)
  const redis = connectProducer(url)
  const options = { prefix: PREFIX, connection: redis, skipWaitingForReady: true }
  return { options, backend: undefined, redis, disconnect: () => redis.disconnect() }
}

export function consumerConnection(url: string): Connected<WorkerOptions> {
  if (queueBackend(url) === 'postgres') return onPostgres(url)
  const redis = connectConsumer(url)
  return {
    options: { prefix: PREFIX, connection: redis },
    backend: undefined,
    redis,
    disconnect: () => redis.disconnect(),
  }
}

function onPostgres<Options>(url: string): Connected<Options> {
  const options = { prefix: PREFIX, connection: { connectionString: url, migrate: true } } as unknown as Options & {
    connection: NonNullable<unknown>
  }
  return { options, backend: createPostgresBackend as unknown as undefined, redis: null, disconnect: () => {} }
}
