import { Queue } from 'bullmq'
import type { Redis } from 'ioredis'
import { PRODUCER_DEADLINE_MS, producerConnection } from './backend.ts'
import { type EventJob, type EventJobData, toData } from './event-job.ts'
import { jobIdOf, QUEUES } from './names.ts'
import { JOB_OPTIONS } from './policy.ts'

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
  /** Daily at the given hour (UTC); safe to repeat. */
  scheduleRetention(): Promise<void>
  counts(): Promise<Record<string, Record<string, number>>>
  /** How long the oldest waiting event has waited, in seconds; 0 when none does. */
  oldestAgeSeconds(): Promise<number>
  ping(): Promise<void>
  /** The connection behind it; null on the Postgres backend. */
  redis: Redis | null
  close(): Promise<void>
}

export function createProducer(url: string): Producer {
  const { options, backend, redis, disconnect } = producerConnection(url)
  const open = (name: string) => {
    const queue = new Queue(name, { ...options, defaultJobOptions: JOB_OPTIONS }, backend)
    queue.on('error', () => {}) // every call reports its own failure
    return queue
  }
  const events: Queue<EventJobData> = open(QUEUES.events)
  const effects = open(QUEUES.effects)
  const maintenance = open(QUEUES.maintenance)
  const deadLetter = open(QUEUES.deadLetter)
  const queues = [events, effects, maintenance, deadLetter]

  return {
    redis,
    enqueue: (job) =>
      inTime(events.add(job.type, toData(job), { jobId: jobIdOf(job.provider, job.eventId) })).then(() => {}),
    revive: (jobs) =>
      reviveAll(
        events,
        jobs.map((job) => ({ id: jobIdOf(job.provider, job.eventId), name: job.type, data: toData(job) })),
      ),
    enqueueEffects: async (ids) => {
      if (ids.length > 0)
        await inTime(effects.addBulk(ids.map((id) => ({ name: 'effect', data: { id }, opts: { jobId: id } }))))
    },
    reviveEffects: (ids) =>
      reviveAll(
        effects,
        ids.map((id) => ({ id, name: 'effect', data: { id } })),
      ),
    noteDeadLetter: async (notice) => {
      await inTime(
        deadLetter.add(notice.type, notice, { jobId: `${jobIdOf(notice.provider, notice.eventId)}-${Date.now()}` }),
      )
    },
    scheduleRetention: async () => {
      await inTime(
        maintenance.upsertJobScheduler('retention', { pattern: '0 17 3 * * *', tz: 'UTC' }, { name: 'retention' }),
      )
    },
    counts: async () => {
      const counted = await Promise.all(queues.map((queue) => inTime(queue.getJobCounts())))
      return Object.fromEntries(queues.map(({ name }, index) => [name, counted[index] ?? {}]))
    },
    oldestAgeSeconds: async () => {
      const [oldest] = await inTime(events.getJobs(['waiting'], 0, 0, true))
      return oldest ? Math.max(0, (Date.now() - oldest.timestamp) / 1000) : 0
    },
    ping: async () => {
      await inTime<unknown>(redis ? redis.ping() : events.getJobCounts('waiting'))
    },
    close: async () => {
      await Promise.race([
        Promise.allSettled(queues.map((queue) => queue.close())),
        inTime(new Promise(() => {})).catch(() => {}),
      ])
      disconnect()
    },
  }
}

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
