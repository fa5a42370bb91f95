import type { Job, Queue } from 'bullmq'
import { inTime } from './in-time.ts'
import { queueOf } from './queues.ts'

export interface Wanted {
  name: string
  data: object
  opts: { jobId: string; priority?: number }
  isLate?: boolean | undefined
}

/** Limits concurrency, so that new jobs do not wait behind a sweep of a thousand. */
const REVIVED_AT_ONCE = 50

/**
 * With more unfinished jobs than this, rows are late because of the backlog. Lost jobs are looked for when it has been
 * worked off, so that no sweep reads long lists.
 */
const LISTED_MAX = 10_000

/** The states of a job that will run. */
const UNFINISHED = ['waiting', 'active', 'delayed', 'prioritized', 'waiting-children'] as const

/**
 * Looks up each job first, because BullMQ silently ignores an `add` with an existing id. One that Redis refuses, such as
 * a key of another kind, does not keep the others from being revived.
 *
 * @returns the number of jobs added, retried or replaced
 * @throws if none of those that were tried together could be looked at, as in an outage
 */
export async function reviveAll(queues: Queue[], wanted: Wanted[]): Promise<number> {
  let revived = 0
  const unfinished: Wanted[] = []
  for (let start = 0; start < wanted.length; start += REVIVED_AT_ONCE) {
    const slice = wanted.slice(start, start + REVIVED_AT_ONCE)
    for (const { one, done } of await settledOf(slice, (of) => revive(queueOf(queues, of.opts.jobId), of))) {
      if (done) revived += 1
      else if (one.isLate) unfinished.push(one)
    }
  }
  for (const queue of queues) {
    revived += await replaceLost(
      queue,
      unfinished.filter(({ opts }) => queueOf(queues, opts.jobId) === queue),
    )
  }
  return revived
}

async function settledOf(slice: Wanted[], work: (one: Wanted) => Promise<boolean>) {
  const settled = await Promise.allSettled(slice.map(work))
  const failure = settled.find((one) => one.status === 'rejected')
  if (failure && settled.every(({ status }) => status === 'rejected')) throw failure.reason
  return settled.flatMap((one, index) =>
    one.status === 'fulfilled' ? [{ one: slice[index] as Wanted, done: one.value }] : [],
  )
}

/**
 * Reads `finishedOn` instead of the state, because Redis would search the list of all waiting jobs for the state of one
 * that is unfinished.
 */
async function revive(queue: Queue, wanted: Wanted): Promise<boolean> {
  const job = await inTime(queue.getJob(wanted.opts.jobId))
  if (!job) return add(queue, wanted)
  // Somebody else has written it. Otherwise it would stand for another event or effect for ever.
  if (!isFor(job, wanted)) await inTime(job.updateData(wanted.data))
  if (job.finishedOn === undefined) return false
  const state = await inTime(job.getState())
  if (state === 'unknown') return replace(queue, wanted)
  if (state !== 'completed' && state !== 'failed') return false
  // A retry would keep the place of its first run, before those that come last.
  if (state === 'completed' && wanted.opts.priority) return replace(queue, wanted)
  await inTime(job.retry(state, { resetAttemptsMade: true, resetAttemptsStarted: true }))
  return true
}

const isFor = (job: Job, { data }: Wanted): boolean =>
  Object.entries(data).every(([key, value]) => job.data?.[key] === value)

/**
 * Replaces jobs that are in no list. A script of BullMQ leaves such a job when Redis refuses one of its commands, or
 * crashes between two.
 */
async function replaceLost(queue: Queue, late: Wanted[]): Promise<number> {
  if (late.length === 0) return 0
  const listed = await listedIn(queue)
  const lost = listed ? late.filter(({ opts }) => !listed.has(opts.jobId)) : []
  let replaced = 0
  for (const one of lost) {
    // It may have ended, or have been removed, since the lists were read.
    const state = await inTime(queue.getJobState(one.opts.jobId))
    if (state === 'unknown' && (await replace(queue, one))) replaced += 1
  }
  return replaced
}

/** Ids of all unfinished jobs; undefined when there are too many. */
async function listedIn(queue: Queue): Promise<Set<string> | undefined> {
  const counts = await inTime(queue.getJobCounts(...UNFINISHED))
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0)
  if (total > LISTED_MAX) return undefined
  return new Set(await inTime(queue.getRanges([...UNFINISHED], 0, -1)))
}

/** False when a worker holds the job. */
async function replace(queue: Queue, wanted: Wanted): Promise<boolean> {
  const isRemoved = await inTime(queue.remove(wanted.opts.jobId))
  return isRemoved === 1 && add(queue, wanted)
}

async function add(queue: Queue, { name, data, opts }: Wanted): Promise<true> {
  await inTime(queue.add(name, data, opts))
  return true
}
