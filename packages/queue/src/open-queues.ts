import { Queue } from 'bullmq'
import { producerConnection } from './backend.ts'
import { QUEUES } from './names.ts'

/** All queues, for the board to show. Close each when done; the last one closed ends the connection. */
export function openQueues(url: string): Queue[] {
  const { options, backend, disconnect } = producerConnection(url)
  const names = Object.values(QUEUES)
  let open = names.length
  return names.map((name) => {
    const queue = new Queue(name, options, backend)
    queue.on('error', () => {}) // every call reports its own failure
    const close = queue.close.bind(queue)
    queue.close = async () => {
      await close()
      open -= 1
      if (open === 0) disconnect()
    }
    return queue
  })
}
