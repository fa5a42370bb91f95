import { openQueues, QUEUES, type QueueStore } from '@sluice/queue'
import { type Finding, failed, good } from './finding.ts'

const CHECK = 'Workers'

/** Checks that workers are connected to the events queue. Redis must be available. */
export async function checkWorkers(store: QueueStore): Promise<Finding> {
  const { queues, close } = await openQueues(store)
  try {
    const events = queues.filter(({ name }) => name === QUEUES.events)
    const consumed = queues.filter(({ name }) => name === QUEUES.events || name === QUEUES.effects)
    const paused = await Promise.all(consumed.map(async (queue) => ((await queue.isPaused()) ? [queue.name] : [])))
    const [name] = paused.flat()
    if (name) return failed(CHECK, `${name} is paused: resume it on the board.`)
    const workers = Math.min(...(await Promise.all(events.map((queue) => queue.getWorkersCount()))))
    if (workers === 0) return failed(CHECK, 'No worker is connected to the queue, so events wait: start one.')
    return good(CHECK, `${workers} connected to the queue`)
  } finally {
    await close()
  }
}
