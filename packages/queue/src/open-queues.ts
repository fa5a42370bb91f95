import type { Queue } from 'bullmq'
import { allOf, lazyQueues } from './queues.ts'
import { type QueueStore, storeOf } from './store.ts'

export interface OpenQueues {
  queues: Queue[]
  close(): Promise<void>
}

/** Opens all shards of all queues, for the board. Waits until the store is connected. */
export async function openQueues(store: string | QueueStore): Promise<OpenQueues> {
  const { queues, redis, disconnect } = lazyQueues(storeOf(store))
  if (redis && redis.status !== 'ready') await new Promise((resolve) => redis.once('ready', resolve))
  return { queues: allOf(await queues()), close: disconnect }
}
