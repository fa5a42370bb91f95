import { openQueues, QUEUES } from '@sluice/queue'
import { type Finding, failed, good } from './finding.ts'

const CHECK = 'Workers'

/** Whether somebody takes what is on the queue. Redis must be there. */
export async function checkWorkers(url: string): Promise<Finding> {
  const { queues, close } = await openQueues(url)
  try {
    const events = queues.find(({ name }) => name === QUEUES.events)
    if (await events?.isPaused()) return failed(CHECK, `${QUEUES.events} is paused: resume it on the board.`)
    const workers = (await events?.getWorkersCount()) ?? 0
    if (workers === 0) return failed(CHECK, 'None is connected to the queue, so events wait: start one.')
    return good(CHECK, `${workers} connected to the queue`)
  } finally {
    await close()
  }
}
