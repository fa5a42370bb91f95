import { setTimeout as pause } from 'node:timers/promises'
import type { Queue } from 'bullmq'
import { type Writes, writesOfSample } from '../peers/worker/writes.ts'
import { appendRows, enqueueRows } from '../setup/backlog.ts'
import { type Queues, withQueues } from '../setup/queue.ts'
import type { Server } from '../setup/server.ts'
import { numberOf, type Stores } from '../setup/stores.ts'
import { type Sum, sums } from '../sums.ts'

const WAIT_MS_MAX = 30_000

/**
 * Starts workers with empty stores and paused queues. Effects stay paused: sending e-mail and drawing documents is not
 * measured.
 */
export async function withWorkers<T>(
  stores: Stores,
  start: () => Promise<Server[]>,
  use: (queues: Queues, workers: Server[]) => Promise<T>,
): Promise<T> {
  await stores.empty()
  return withQueues(stores, async (queues) => {
    await queues.events.pause()
    await queues.effects.pause()
    const workers = await start()
    try {
      return await use(queues, workers)
    } finally {
      await Promise.all(workers.map((worker) => worker.stop()))
    }
  })
}

/** Waits for the full sweep that follows an emptied Redis, so that it runs before there are rows. */
export async function firstSweepDone({ redis }: Stores): Promise<void> {
  while ((await redis.exists('sluice:epoch')) === 0) await pause(20)
}

/** Has the worker process one sample in empty tables, and reads what it wrote. */
export async function learnWrites(stores: Stores, { events }: Queues, addSample = addOne): Promise<Writes> {
  await addSample(stores)
  await drained(events)
  return writesOfSample(stores.pool)
}

const addOne = (stores: Stores): Promise<void> => addBacklog(stores, 0, 1)

export async function addBacklog(stores: Stores, number: number, count: number): Promise<void> {
  await enqueueRows(stores, await appendRows(stores, number, count), number)
}

/** Does now the work of autovacuum and the next checkpoint, which would disturb the measurement. */
export async function analyzeAndCheckpoint({ pool }: Stores): Promise<void> {
  await pool.query('ANALYZE')
  await pool.query('CHECKPOINT')
}

/** Resumes the queue and waits until it is empty. Resolves to seconds. */
export async function drained(events: Queue): Promise<number> {
  const startedAt = performance.now()
  await events.resume()
  await jobsFallTo(events, 0)
  return (performance.now() - startedAt) / 1000
}

/** Waits until at most `most` jobs are left and resolves to their number; `tell` receives each count. */
export async function jobsFallTo(
  events: Queue,
  most: number,
  tell: (left: number) => void = () => {},
): Promise<number> {
  let before = { count: Number.POSITIVE_INFINITY, at: performance.now() }
  for (let count = await jobsLeft(events); ; count = await jobsLeft(events)) {
    tell(count)
    if (count <= most) return count
    if (count < before.count) before = { count, at: performance.now() }
    if (performance.now() - before.at > WAIT_MS_MAX)
      throw new Error(`${count} jobs are jobsLeft, and none of them ends`)
    await pause(10)
  }
}

export async function jobsLeft(queue: Queue): Promise<number> {
  const counts = await queue.getJobCounts('waiting', 'active', 'delayed', 'prioritized')
  return Object.values(counts).reduce((sum, count) => sum + count, 0)
}

/** Effects that have jobs. Those on Redis have none, and wait in the outbox while the queue is paused. */
export const effectsWithJobs = (stores: Stores): Promise<number> =>
  numberOf(
    stores,
    "SELECT count(*) FROM outbox_messages WHERE kind NOT IN ('features.invalidate', 'generation.completed')",
  )

/** Checks that all these effects have jobs; the sweeper adds those that Redis did not take in time. */
export async function checkEffects(of: string, stores: Stores, { effects }: Queues): Promise<Sum[]> {
  const expected = await effectsWithJobs(stores)
  const deadline = performance.now() + WAIT_MS_MAX
  while ((await jobsLeft(effects)) < expected && performance.now() < deadline) await pause(50)
  return sums(of, { 'effects enqueued': expected }, { 'effects enqueued': await jobsLeft(effects) })
}
