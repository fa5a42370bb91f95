import type { Queue } from 'bullmq'
import type { OwnedQueue } from './owner.ts'
import { allOf, lazyQueues } from './queues.ts'
import { prefixesOf, type QueueStore, storeOf } from './store.ts'

export interface OpenQueues extends OwnedQueue {
  queues: Queue[]
  close(): Promise<void>
}

/** Opens all shards of all queues, for the board. Waits until the store is connected. */
export async function openQueues(where: string | QueueStore): Promise<OpenQueues> {
  const store = storeOf(where)
  const { queues, redis, ownerQueue, disconnect } = lazyQueues(store)
  if (redis && redis.status !== 'ready') await new Promise((resolve) => redis.once('ready', resolve))
  return { queues: allOf(await queues()), redis, ownerQueue, prefixes: prefixesOf(store), close: disconnect }
}
