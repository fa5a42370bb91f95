import { isImportType } from '@sluice/events'
import type { Queue, Telemetry } from 'bullmq'
import type { Redis } from 'ioredis'
import { isForbidden } from './allow-no-info.ts'
import { mastersOf } from './backend.ts'
import { type EventJob, toData } from './event-job.ts'
import { bringForward } from './far-jobs.ts'
import { inTime } from './in-time.ts'
import { jobIdOf } from './names.ts'
import { allOf, lazyQueues, type Open } from './queues.ts'
import type { RedisClient } from './redis-client.ts'
import { reviveAll } from './revive.ts'
import { watchRoom } from './room.ts'
import { prefixesOf, type QueueStore, shardOf, storeOf } from './store.ts'
import { together } from './together.ts'

/** Redis answers reads also while it refuses writes: MISCONF, OOM, READONLY, NOPERM. */
const PROBE_KEY_MS = 5_000

export interface Due {
  /** It has waited for longer than a job usually does, so that a closer look at its job is worth it. Default: false. */
  isLate?: boolean
  /** A replay has opened it. Default: false. */
  isRevision?: boolean
}

export interface DeadLetterNotice {
  provider: string
  eventId: string
  type: string
  cause: string
}

/** Adds jobs to the queues. Rejects within a second when the store is unreachable. */
export interface Producer {
  /**
   * Resolves once the job is on the queue. Does nothing while a job of the same event exists, in any state. `revive`
   * can retry a finished job.
   */
  enqueue(job: EventJob): Promise<void>
  /**
   * Ensures that each event has a job that will run: adds one, retries a finished one, or replaces a late one that is in
   * no list of the queue. Resolves to the number of jobs added, retried or replaced.
   */
  revive(jobs: (EventJob & Due)[]): Promise<number>
  /** @param effects each with the milliseconds until it may run */
  enqueueEffects(effects: { id: string; delayMs: number }[]): Promise<void>
  reviveEffects(effects: ({ id: string } & Due)[]): Promise<number>
  /**
   * Makes jobs run now that are delayed for longer than anybody wanted: a worker whose clock was ahead delayed them.
   * Resolves to their number.
   */
  bringForward(): Promise<number>
  /** Whether an operator has paused every shard of the effects queue. */
  areEffectsPaused(): Promise<boolean>
  noteDeadLetter(notice: DeadLetterNotice): Promise<void>
  /** Schedules `retention` and `reconcile` daily. Idempotent. Each run is done by one worker. */
  scheduleDaily(): Promise<void>
  /** Jobs by queue and state, summed over shards. */
  counts(): Promise<Record<string, Record<string, number>>>
  /** Waiting events of one shard. */
  waitingIn(shard: number): Promise<number>
  /** Age of the oldest waiting event in seconds; 0 without one. */
  oldestAgeSeconds(): Promise<number>
  /** Rejects unless every shard takes writes now. Leaves a key that expires in seconds. */
  probe(): Promise<void>
  /**
   * Whether an event with a body of this many bytes may ride in a job: not from 80 % of the memory of Redis on, so that
   * what is there can be worked off. Resolves within a second, also when the store is unreachable.
   */
  hasRoomFor(bytes: number): Promise<boolean>
  /** `INFO memory` of each Redis that holds jobs, without figures where that is forbidden; none on the Postgres backend. */
  memory(): Promise<string[]>
  /** Begins all keys of this deployment. */
  prefix: string
  /** Key prefix of each shard. */
  prefixes: string[]
  /** The connection; null on the Postgres backend. */
  redis: RedisClient | null
  /** On the Postgres backend, where the owner of the queues is noted. */
  ownerQueue: Queue | null
  close(): Promise<void>
}

/** @param telemetry if given, jobs carry the trace of their producer. */
export function createProducer(where: string | QueueStore, telemetry?: Telemetry): Producer {
  const store = storeOf(where)
  const { redis, ownerQueue, queues, disconnect } = lazyQueues(store, telemetry)
  const prefixes = prefixesOf(store)
  const run = <T>(use: (open: Open) => Promise<T>): Promise<T> => inTime(queues().then(use))

  /** Each shard has its own batches, which succeed or fail independently. */
  const adderOf = (kind: 'events' | 'effects') => {
    const shards = prefixes.map((_, shard) =>
      together((jobs: Bulk[]) => run(async (open) => open[kind][shard]?.addBulk(jobs))),
    )
    return async (job: Bulk) => shards[shardOf(job.opts.jobId, shards.length)]?.(traced(job, telemetry))
  }
  const addEvent = adderOf('events')
  const addEffect = adderOf('effects')
  const memory = () => inTime(Promise.all(redis ? mastersOf(redis).map(memoryOf) : []))
  const { hasRoomFor } = watchRoom(memory)

  return {
    redis,
    ownerQueue,
    prefix: store.prefix,
    prefixes,
    enqueue: (job) => addEvent(bulkOfEvent(job)),
    revive: async (jobs) => {
      const wanted = jobs.map((job) => ({ ...bulkOfEvent(job, job.isRevision), isLate: job.isLate }))
      return reviveAll((await queues()).events, wanted)
    },
    enqueueEffects: async (effects) => {
      await Promise.all(effects.map((effect) => addEffect(bulkOfEffect(effect))))
    },
    reviveEffects: async (effects) => {
      const wanted = effects.map(({ id, isLate }) => ({ ...bulkOfEffect({ id, delayMs: 0 }), isLate }))
      return reviveAll((await queues()).effects, wanted)
    },
    bringForward: async () => {
      const { events, effects } = await queues()
      const all = redis ? [...events, ...effects] : []
      return (await Promise.all(all.map((queue) => inTime(bringForward(queue, redis as RedisClient))))).reduce(sum, 0)
    },
    areEffectsPaused: () =>
      run(async ({ effects }) => (await Promise.all(effects.map((queue) => queue.isPaused()))).every(Boolean)),
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
    counts: () => run(async (open) => sums(await Promise.all(allOf(open).map(countOf)))),
    waitingIn: (shard) =>
      run(async ({ events }) => (await events[shard]?.getJobCountByTypes('waiting', 'prioritized')) ?? 0),
    oldestAgeSeconds: () => run(async ({ events }) => Math.max(...(await Promise.all(events.map(ageOfOldest))))),
    probe: () =>
      run(async ({ events }) => {
        await (redis
          ? Promise.all(prefixes.map((prefix) => redis.set(`${prefix}:probe`, '', 'PX', PROBE_KEY_MS)))
          : Promise.all(events.map((queue) => queue.getJobCounts('waiting'))))
      }),
    hasRoomFor,
    memory,
    close: disconnect,
  }
}

const sum = (one: number, other: number): number => one + other

const countOf = async (queue: Queue) => ({ name: queue.name, states: await queue.getJobCounts() })

function sums(counted: Awaited<ReturnType<typeof countOf>>[]): Record<string, Record<string, number>> {
  const counts: Record<string, Record<string, number>> = {}
  for (const { name, states } of counted) {
    counts[name] ??= {}
    for (const [state, jobs] of Object.entries(states)) counts[name][state] = (counts[name][state] ?? 0) + jobs
  }
  return counts
}

async function ageOfOldest(queue: Queue): Promise<number> {
  const [oldest] = await queue.getJobs(['waiting'], 0, 0, true)
  return oldest ? Math.max(0, (Date.now() - oldest.timestamp) / 1000) : 0
}

/** Empty where the user may not run `INFO`. */
const memoryOf = (node: Redis): Promise<string> =>
  node.info('memory').catch((error) => (isForbidden(error) ? '' : Promise.reject(error)))

interface Bulk {
  name: string
  // biome-ignore lint/suspicious/noExplicitAny: the queue's own type of data
  data: any
  opts: { jobId: string; priority?: number; telemetry?: { metadata: string } }
}

/** Adds the active trace to each job, because jobs of many traces are added together. */
function traced(job: Bulk, telemetry?: Telemetry): Bulk {
  if (!telemetry) return job
  const { contextManager } = telemetry
  return { ...job, opts: { ...job.opts, telemetry: { metadata: contextManager.getMetadata(contextManager.active()) } } }
}

/** Jobs without a priority come first: https://docs.bullmq.io/guide/jobs/prioritized */
const LAST = 1

/** No webhook waits behind the objects of an import, or behind the events of a replay. */
const bulkOfEvent = (job: EventJob, isRevision = false): Bulk => ({
  name: job.type,
  data: toData(job),
  opts: {
    jobId: jobIdOf(job.provider, job.eventId),
    ...((isRevision || isImportType(job.type)) && { priority: LAST }),
  },
})

const bulkOfEffect = ({ id, delayMs }: { id: string; delayMs: number }): Bulk => ({
  name: 'effect',
  data: { id },
  opts: { jobId: id, ...(delayMs > 0 && { delay: delayMs }) },
})

/** A failed reconcile is retried for some hours, then on the next day. */
const DAILY = [
  { name: 'retention', pattern: '0 17 3 * * *', opts: {} },
  { name: 'reconcile', pattern: '0 17 4 * * *', opts: { attempts: 50 } },
]
