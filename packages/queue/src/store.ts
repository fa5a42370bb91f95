import { createHash } from 'node:crypto'
import { PREFIX } from './names.ts'

/** Redis, or for trying out on a machine that has none, BullMQ's Postgres backend in a schema of its own. */
export type QueueBackend = 'redis' | 'postgres'

export const queueBackend = (url: string): QueueBackend => (/^postgres(ql)?:/.test(url) ? 'postgres' : 'redis')

/** Where the queues are, and over how many of each name events and effects are spread. A bare address: one. */
export interface QueueStore {
  /** One `redis://…`, or a Cluster: several with commas between them, or `redis+cluster://host:port,host:port`. */
  url: string
  shards: number
}

export const storeOf = (store: string | QueueStore): QueueStore =>
  typeof store === 'string' ? { url: store, shards: 1 } : store

const CLUSTER = 'redis+cluster://'

/** The nodes of a Redis Cluster that are asked for the others, `redis://…` each; null when it is no Cluster. */
export function clusterNodes(url: string): string[] | null {
  if (url.startsWith(CLUSTER)) return nodesIn(url.slice(CLUSTER.length)).map((node) => `redis://${node}`)
  const nodes = nodesIn(url)
  return nodes.length > 1 ? nodes : null
}

const nodesIn = (text: string): string[] => text.split(',').map((node) => node.trim())

/**
 * What the keys of each shard begin with. In a Cluster all keys of a queue must be in one slot, which the braces see to
 * (https://docs.bullmq.io/patterns/redis-cluster); one queue on one Redis has none, as it always had.
 */
export function prefixesOf({ url, shards }: QueueStore): string[] {
  if (queueBackend(url) === 'postgres' || (shards === 1 && !clusterNodes(url))) return [PREFIX]
  return Array.from({ length: shards }, (_, shard) => `{${PREFIX}-${shard}}`)
}

/** The same job is always in the same shard. */
export function shardOf(jobId: string, shards: number): number {
  return shards === 1 ? 0 : createHash('sha256').update(jobId).digest().readUInt32BE(0) % shards
}
