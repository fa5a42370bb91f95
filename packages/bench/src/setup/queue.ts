import { DEFAULT_PREFIX, QUEUES } from '@sluice/queue'
import { Queue } from 'bullmq'
import type { Stores } from './stores.ts'

/** Queues as an operator sees them. */
export interface Queues {
  events: Queue
  effects: Queue
}

export async function withQueues<T>(stores: Stores, use: (queues: Queues) => Promise<T>): Promise<T> {
  const queues = { events: openQueue(stores, QUEUES.events), effects: openQueue(stores, QUEUES.effects) }
  try {
    return await use(queues)
  } finally {
    await Promise.all(Object.values(queues).map((queue) => queue.close()))
  }
}

export function openQueue({ redisUrl }: Stores, name: string, prefix = DEFAULT_PREFIX): Queue {
  const queue = new Queue(name, { prefix, connection: { url: redisUrl } })
  queue.on('error', () => {})
  return queue
}
