import { createPostgresBackend, type QueueOptions, type WorkerOptions } from 'bullmq'
import { Cluster, Redis } from 'ioredis'
import { allowNoInfo } from './allow-no-info.ts'
import { adaptForConsumers } from './consumer-client.ts'
import type { RedisClient } from './redis-client.ts'
import { clusterNodes, queueBackend } from './store.ts'

/** Time limit of a producer's command, in milliseconds. Short, because an HTTP request is waiting. */
export const PRODUCER_DEADLINE_MS = 800

interface ConnectionSettings {
  maxRetriesPerRequest: number | null
  commandTimeout?: number
}

const CONNECT_TIMEOUT_MS = 2_000

/** Time limit of a blocking read of BullMQ's workers in a Cluster. */
const BLOCKED_AT_MOST_MS = 10_000

const retryInMs = (times: number) => Math.min(times * 100, 1_000)

/** Commands fail at once while Redis is unavailable. */
const connectProducer = (url: string): RedisClient =>
  connect(url, false, { maxRetriesPerRequest: 1, commandTimeout: PRODUCER_DEADLINE_MS })

/** Commands wait until Redis is available. There is no command timeout, because it would end the blocking read. */
const connectConsumer = (url: string): RedisClient =>
  adaptForConsumers(connect(url, true, { maxRetriesPerRequest: null }))

/** @param mayWait whether commands are queued until the connection is open. */
function connect(url: string, mayWait: boolean, settings: ConnectionSettings): RedisClient {
  const nodes = clusterNodes(url)
  const redis = allowNoInfo(nodes ? connectCluster(nodes, mayWait, settings) : connectOne(url, mayWait, settings))
  redis.on('error', () => {}) // each command reports its own failure, and the worker reports connection failures
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
 * No automatic pipelining, because a pipeline mixes commands for all slots of a node and fails as a whole when one slot
 * has moved. Two settings keep a worker from waiting forever after an outage, because a Cluster may never answer a
 * command that BullMQ awaits. `blockingTimeout` ends a blocking read without an answer before BullMQ reconnects because
 * of it. Consumers skip the ready check, because a connection that fails it neither resolves nor rejects. All nodes use
 * the login and the encryption of the first.
 */
function connectCluster(nodes: string[], mayWait: boolean, settings: ConnectionSettings): Cluster {
  const access = accessOf(nodes[0] as string)
  return new Cluster(nodes.map(addressOf), {
    enableOfflineQueue: mayWait,
    enableReadyCheck: !mayWait,
    clusterRetryStrategy: retryInMs,
    redisOptions: { ...settings, ...access, connectTimeout: CONNECT_TIMEOUT_MS, blockingTimeout: BLOCKED_AT_MOST_MS },
    // Certificates contain the host name of a node, not its IP address.
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
  /** BullMQ has a queue type per backend. Only features of both are used here, so one type is enough. */
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

/** Nodes that hold keys: the single Redis, or all masters of a Cluster. */
export const mastersOf = (redis: RedisClient): Redis[] => (redis instanceof Cluster ? redis.nodes('master') : [redis])
