import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Queue, Telemetry } from 'bullmq'
import type { Redis } from 'ioredis'
import { PRODUCER_DEADLINE_MS } from './backend.ts'
import { type EventJob, toData } from './event-job.ts'
import { jobIdOf } from './names.ts'
import { lazyQueues, type Open } from './queues.ts'

export interface DeadLetterNotice {
  provider: string
  eventId: string
  type: string
  cause: string
}

/** Whoever puts jobs on the queues. Nothing here waits for a store that is away: it rejects within a second. */
export interface Producer {
  /**
   * Resolves once the job is on the queue. The same event again does nothing while its job is kept, in whatever
   * state: to bring back a finished job, use `revive`.
   */
  enqueue(job: EventJob): Promise<void>
  /** Makes sure that each of these has a job that will run: adds it, or retries it where it has ended. Returns how many had none. */
  revive(jobs: EventJob[]): Promise<number>
  enqueueEffects(ids: string[]): Promise<void>
  reviveEffects(ids: string[]): Promise<number>
  noteDeadLetter(notice: DeadLetterNotice): Promise<void>
  /** Has `retention` and `reconcile` done every day, each by one worker; safe to repeat. */
  scheduleDaily(): Promise<void>
  counts(): Promise<Record<string, Record<string, number>>>
  /** How long the oldest waiting event has waited, in seconds; 0 when none does. */
  oldestAgeSeconds(): Promise<number>
  ping(): Promise<void>
  /** The connection behind it; null on the Postgres backend. */
  redis: Redis | null
  close(): Promise<void>
}

/** @param telemetry if given, jobs carry the trace of what they were added by. */
export function createProducer(url: string, telemetry?: Telemetry): Producer {
  const { redis, queues, disconnect } = lazyQueues(url, telemetry)
  const run = <T>(use: (open: Open) => Promise<T>): Promise<T> => inTime(queues().then(use))

  const enqueueEffects = together((all: string[][]) =>
    run(({ effects }) => effects.addBulk(all.flat().map(bulkOfEffect))),
  )

  return {
    redis,
    enqueue: together((jobs) => run(({ events }) => events.addBulk(jobs.map(bulkOfEvent)))),
    revive: async (jobs) => {
      const wanted = jobs.map((job) => ({ id: jobIdOf(job.provider, job.eventId), name: job.type, data: toData(job) }))
      return reviveAll((await queues()).events, wanted)
    },
    enqueueEffects: async (ids) => {
      if (ids.length > 0) await enqueueEffects(ids)
    },
    reviveEffects: async (ids) => {
      const wanted = ids.map((id) => ({ id, name: 'effect', data: { id } }))
      return reviveAll((await queues()).effects, wanted)
    },
    noteDeadLetter: (notice) =>
      run(async ({ deadLetter }) => {
        const jobId = `${jobIdOf(notice.provider, notice.eventId)}-${Date.now()}`
        await deadLetter.add(notice.type, notice, { jobId })
      }),
    scheduleDaily: () =>
      run(async ({ maintenance }) => {
        for (const { name, pattern, opts } of DAILY) {
          await maintenance.upsertJobScheduler(name, { pattern, tz: 'UTC' }, { name, opts })
        }
      }),
    counts: () =>
      run(async (open) => {
        const counted = await Promise.all(Object.values(open).map((queue) => queue.getJobCounts()))
        return Object.fromEntries(Object.values(open).map(({ name }, index) => [name, counted[index] ?? {}]))
      }),
    oldestAgeSeconds: () =>
      run(async ({ events }) => {
        const [oldest] = await events.getJobs(['waiting'], 0, 0, true)
        return oldest ? Math.max(0, (Date.now() - oldest.timestamp) / 1000) : 0
      }),
    ping: () =>
      run(async ({ events }) => {
        await (redis ? redis.ping() : events.getJobCounts('waiting'))
      }),
    close: disconnect,
  }
}

/** What is asked for in one turn of the event loop is done together, and shares its outcome. */
function together<T>(work: (all: T[]) => Promise<unknown>): (one: T) => Promise<void> {
  let waiting: T[] = []
  let outcome: Promise<void> | undefined
  const turn = async () => {
    await nextTurn()
    const all = waiting
    waiting = []
    outcome = undefined
    await work(all)
  }
  return (one) => {
    waiting.push(one)
    outcome ??= turn()
    return outcome
  }
}

const bulkOfEvent = (job: EventJob) => ({
  name: job.type,
  data: toData(job),
  opts: { jobId: jobIdOf(job.provider, job.eventId) },
})

const bulkOfEffect = (id: string) => ({ name: 'effect', data: { id }, opts: { jobId: id } })

/** A provider that does not answer is asked again for some hours, and then the next day. */
const DAILY = [
  { name: 'retention', pattern: '0 17 3 * * *', opts: {} },
  { name: 'reconcile', pattern: '0 17 4 * * *', opts: { attempts: 50 } },
]

interface Wanted {
  id: string
  name: string
  // biome-ignore lint/suspicious/noExplicitAny: the queue's own type of data
  data: any
}

/** An `add` of an id that the queue still holds is silently ignored: so look first, then add or retry. */
async function reviveAll(queue: Queue, wanted: Wanted[]): Promise<number> {
  const states = await Promise.all(wanted.map(({ id }) => inTime(queue.getJobState(id))))
  const missing = await Promise.all(wanted.map((one, index) => reviveOne(queue, one, states[index] ?? 'unknown')))
  return missing.filter(Boolean).length
}

async function reviveOne(queue: Queue, { id, name, data }: Wanted, state: string): Promise<boolean> {
  if (state === 'unknown') {
    await inTime(queue.add(name, data, { jobId: id }))
    return true
  }
  if (state !== 'completed' && state !== 'failed') return false
  const job = await inTime(queue.getJob(id))
  await inTime(job?.retry(state, { resetAttemptsMade: true, resetAttemptsStarted: true }) ?? Promise.resolve())
  return true
}

/** The outcome of what is given up is unknown; every call here may safely be made again. */
function inTime<T>(promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('the queue store did not answer in time')), PRODUCER_DEADLINE_MS + 100)
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}
