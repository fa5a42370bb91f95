import { once } from 'node:events'
import type { Job, Queue } from 'bullmq'
import type { EventJobData } from './event-job.ts'
import { lazyQueues } from './queues.ts'
import { type QueueStore, storeOf } from './store.ts'

export interface PersonInQueues {
  /** Whether an event that rides in a job is the person's. */
  isTheirs(event: { account: string | null; customerId: string | null; orderingKey: string }): boolean
  /** Users whose cached entitlements are deleted. */
  userIds: readonly string[]
}

const CONNECT_MS = 5_000
const PAGE = 500

/** The states of a job that will run: its worker records the event first, and takes it out of the job. */
const UNFINISHED = ['waiting', 'prioritized', 'delayed', 'active'] as const
const FINISHED = ['failed', 'completed'] as const

/**
 * Takes a person out of the queues: out of finished jobs that still carry an event, and out of the cache of entitlements.
 * All other jobs hold ids alone.
 *
 * @returns how many jobs lost their event, and how many still wait with one
 * @throws if the store cannot be reached
 */
export async function erasePerson(
  where: string | QueueStore,
  { isTheirs, userIds }: PersonInQueues,
): Promise<{ erased: number; waiting: number }> {
  const { queues, redis, disconnect } = lazyQueues(storeOf(where))
  try {
    if (redis && redis.status !== 'ready') await once(redis, 'ready', { signal: AbortSignal.timeout(CONNECT_MS) })
    for (const userId of userIds) await redis?.del(`features:${userId}`)
    const counts = { erased: 0, waiting: 0 }
    for (const queue of (await queues()).events) {
      for (const state of UNFINISHED)
        for await (const job of jobsIn(queue, state)) if (isOf(job.data, isTheirs)) counts.waiting += 1
      for (const state of FINISHED) {
        for await (const job of jobsIn(queue, state)) {
          if (!isOf(job.data, isTheirs)) continue
          const { provider, eventId, id } = job.data
          await job.updateData(id === undefined ? { provider, eventId } : { provider, eventId, id })
          counts.erased += 1
        }
      }
    }
    return counts
  } finally {
    await disconnect()
  }
}

async function* jobsIn(
  queue: Queue,
  state: (typeof UNFINISHED | typeof FINISHED)[number],
): AsyncGenerator<Job<EventJobData>> {
  for (let start = 0; ; start += PAGE) {
    const jobs = await queue.getJobs([state], start, start + PAGE - 1)
    for (const job of jobs) if (job) yield job // one that was removed meanwhile is undefined
    if (jobs.length < PAGE) return
  }
}

/** Anybody who can write to Redis may have made the job. */
function isOf(data: EventJobData | undefined, isTheirs: PersonInQueues['isTheirs']): boolean {
  const event = data?.event as Partial<NonNullable<EventJobData['event']>> | undefined
  if (typeof event !== 'object' || event === null) return false
  const { account = null, customerId = null, orderingKey = '' } = event
  return isTheirs({ account, customerId, orderingKey })
}
