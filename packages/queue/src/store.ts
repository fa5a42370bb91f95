import { createHash } from 'node:crypto'
import { DEFAULT_PREFIX } from './names.ts'

/** Redis, or BullMQ's Postgres backend for trials without Redis. */
export type QueueBackend = 'redis' | 'postgres'

export const queueBackend = (url: string): QueueBackend => (/^postgres(ql)?:/.test(url) ? 'postgres' : 'redis')

/** Where the queues are. A plain address means one shard and the default prefix. */
export interface QueueStore {
  /** `redis://…`, or a Cluster: several URLs separated by commas, or `redis+cluster://host:port,host:port`. */
  url: string
  shards: number
  /** Begins every key of this deployment. */
  prefix: string
}

export const storeOf = (store: string | QueueStore): QueueStore =>
  typeof store === 'string' ? { url: store, shards: 1, prefix: DEFAULT_PREFIX } : store

const CLUSTER = 'redis+cluster://'

/** URLs of the seed nodes of a Redis Cluster; null for a single Redis. */
export function clusterNodes(url: string): string[] | null {
  if (url.startsWith(CLUSTER)) return nodesIn(url.slice(CLUSTER.length)).map((node) => `redis://${node}`)
  const nodes = nodesIn(url)
  return nodes.length > 1 ? nodes : null
}

const nodesIn = (text: string): string[] => text.split(',').map((node) => node.trim())

/**
 * Key prefix of each shard. In a Cluster the braces keep all keys of a queue in one slot
 * (https://docs.bullmq.io/patterns/redis-cluster); a single queue on one Redis has none.
 */
export function prefixesOf({ url, shards, prefix }: QueueStore): string[] {
  if (queueBackend(url) === 'postgres' || (shards === 1 && !clusterNodes(url))) return [prefix]
  return Array.from({ length: shards }, (_, shard) => `{${prefix}-${shard}}`)
}

/** The shard of a job. Always the same for the same id. */
export function shardOf(jobId: string, shards: number): number {
  return shards === 1 ? 0 : createHash('sha256').update(jobId).digest().readUInt32BE(0) % shards
}
