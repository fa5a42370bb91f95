import type { Queue } from 'bullmq'
import { lazyQueues } from './queues.ts'

export interface OpenQueues {
  queues: Queue[]
  close(): Promise<void>
}

/** All queues, for the board to show. Waits until the store answers. */
export async function openQueues(url: string): Promise<OpenQueues> {
  const { queues, redis, disconnect } = lazyQueues(url)
  if (redis && redis.status !== 'ready') await new Promise((resolve) => redis.once('ready', resolve))
  return { queues: Object.values(await queues()), close: disconnect }
}
