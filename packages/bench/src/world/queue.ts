import { PREFIX, QUEUES } from '@sluice/queue'
import { Queue } from 'bullmq'
import type { Stores } from './stores.ts'

/** The queue of events, or of effects, as an operator sees it. */
export function openQueue({ redisUrl }: Stores, name: (typeof QUEUES)[keyof typeof QUEUES]): Queue {
  const { hostname: host, port } = new URL(redisUrl)
  const queue = new Queue(name, { prefix: PREFIX, connection: { host, port: Number(port) } })
  queue.on('error', () => {})
  return queue
}

export async function withQueues<T>(stores: Stores, use: (events: Queue, effects: Queue) => Promise<T>): Promise<T> {
  const events = openQueue(stores, QUEUES.events)
  const effects = openQueue(stores, QUEUES.effects)
  try {
    return await use(events, effects)
  } finally {
    await Promise.all([events.close(), effects.close()])
  }
}
