import { createPostgresBackend, type QueueOptions, type WorkerOptions } from 'bullmq'
import { Cluster, Redis } from 'ioredis'
import { clusterNodes, queueBackend } from './store.ts'

/** A store that is away must cost a producer this at most, in milliseconds: a request is waiting. */
export const PRODUCER_DEADLINE_MS = 800

export type RedisClient = Redis | Cluster

interface ConnectionSettings {
  maxRetriesPerRequest: number | null
  commandTimeout?: number
}

const CONNECT_TIMEOUT_MS = 2_000

/** The longest that BullMQ's workers ask Redis to block. */
const BLOCKED_AT_MOST_MS = 10_000

const retryInMs = (times: number) => Math.min(times * 100, 1_000)

/** Fails at once instead of waiting for Redis to come back. */
const connectProducer = (url: string): RedisClient =>
  connect(url, false, { maxRetriesPerRequest: 1, commandTimeout: PRODUCER_DEADLINE_MS })

/** Waits for Redis as long as it takes. Never with a command timeout: it would end the blocking read. */
const connectConsumer = (url: string): RedisClient => connect(url, true, { maxRetriesPerRequest: null })

/** @param mayWait whether a command waits for a connection that is not there yet. */
function connect(url: string, mayWait: boolean, settings: ConnectionSettings): RedisClient {
  const nodes = clusterNodes(url)
  const redis = nodes ? connectCluster(nodes, mayWait, settings) : connectOne(url, mayWait, settings)
  redis.on('error', () => {}) // every command reports its own failure, and the worker those of its connection
  return redis
}

const connectOne = (url: string, mayWait: boolean, settings: ConnectionSettings): Redis =>
  new Redis(url, {
    ...settings,
    connectTimeout: CONNECT_TIMEOUT_MS,
    enableOfflineQueue: mayWait,
    enableAutoPipelining: !mayWait,
    retryStrategy: retryInMs,
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
  })

/**
 * Without automatic pipelines: they hold commands of all slots of a node, and fail together when one slot has moved.
 * Two settings keep a worker from waiting for ever when it comes back, since BullMQ awaits what a Cluster may never tell.
 * A blocking read that a frozen node does not answer is given up here, before BullMQ connects anew because of it; and a
 * connection made while a master is away counts as made: one that fails its ready check neither resolves nor rejects.
 * All nodes have the login and the encryption of the first.
 */
function connectCluster(nodes: string[], mayWait: boolean, settings: ConnectionSettings): Cluster {
  const access = accessOf(nodes[0] as string)
  return new Cluster(nodes.map(addressOf), {
    enableOfflineQueue: mayWait,
    enableReadyCheck: !mayWait,
    clusterRetryStrategy: retryInMs,
    redisOptions: { ...settings, ...access, connectTimeout: CONNECT_TIMEOUT_MS, blockingTimeout: BLOCKED_AT_MOST_MS },
    // A certificate is made out to the name of a node, not to the number that it has.
    ...(access.tls && { dnsLookup: (host, callback) => callback(null, host) }),
  })
}

function addressOf(node: string) {
  const { hostname, port } = new URL(node)
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 6379) }
}

function accessOf(node: string) {
  const { protocol, username, password } = new URL(node)
  return {
    ...(username && { username: decodeURIComponent(username) }),
    ...(password && { password: decodeURIComponent(password) }),
    ...(protocol === 'rediss:' && { tls: {} }),
  }
}

export interface Connected<Options> {
  options: Options & { connection: NonNullable<unknown> }
  /** BullMQ types a queue by its backend. We use only what both have, so the types see one of them. */
  backend: undefined
  redis: RedisClient | null
  disconnect(): void
}

export function producerConnection(url: string): Connected<QueueOptions> {
  if (queueBackend(url) === 'postgres') return onPostgres(url)
  const redis = connectProducer(url)
  const options = { connection: redis, skipWaitingForReady: true }
  return { options, backend: undefined, redis, disconnect: () => redis.disconnect() }
}

export function consumerConnection(url: string): Connected<WorkerOptions> {
  if (queueBackend(url) === 'postgres') return onPostgres(url)
  const redis = connectConsumer(url)
  return { options: { connection: redis }, backend: undefined, redis, disconnect: () => redis.disconnect() }
}

function onPostgres<Options>(url: string): Connected<Options> {
  const options = { connection: { connectionString: url, migrate: true } } as unknown as Options & {
    connection: NonNullable<unknown>
  }
  return { options, backend: createPostgresBackend as unknown as undefined, redis: null, disconnect: () => {} }
}

/** The nodes that have keys: all masters of a Cluster. */
export const mastersOf = (redis: RedisClient): Redis[] => (redis instanceof Cluster ? redis.nodes('master') : [redis])
