import { setTimeout as pause } from 'node:timers/promises'
import type { Queue } from 'bullmq'
import { type Writes, writesOfSample } from '../contenders/worker/writes.ts'
import { type Sum, sums } from '../sums.ts'
import { appendRows, enqueueRows } from '../world/backlog.ts'
import { type Queues, withQueues } from '../world/queue.ts'
import type { Server } from '../world/server.ts'
import type { Stores } from '../world/stores.ts'

const PATIENCE_MS = 30_000

/**
 * Workers that wait before empty stores and queues that are held. Effects stay held: to send letters and to draw
 * documents is other work than what is measured.
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

/** A worker that finds Redis emptied looks at every row of the inbox again, once: let it be before there are any. */
export async function hasLookedAround({ redis }: Stores): Promise<void> {
  while ((await redis.exists('sluice:epoch')) === 0) await pause(20)
}

/** What the worker writes for one event: for the one that is settled before anything else is in the tables. */
export async function learnWrites(stores: Stores, { events }: Queues, addSample = addOne): Promise<Writes> {
  await addSample(stores)
  await drained(events)
  return writesOfSample(stores.pool)
}

const addOne = (stores: Stores): Promise<void> => addBacklog(stores, 0, 1)

export async function addBacklog(stores: Stores, number: number, count: number): Promise<void> {
  await enqueueRows(stores, await appendRows(stores, number, count), number)
}

/** Does now what autovacuum and the next checkpoint would do meanwhile. */
export async function settleDown({ pool }: Stores): Promise<void> {
  await pool.query('ANALYZE')
  await pool.query('CHECKPOINT')
}

/** Lets the queue go, and waits until it is empty. Returns how many seconds that took. */
export async function drained(events: Queue): Promise<number> {
  const startedAt = performance.now()
  await events.resume()
  await leaves(events, 0)
  return (performance.now() - startedAt) / 1000
}

/** Resolves when so many jobs are left at most: to how many are. Tells how many whenever it looks. */
export async function leaves(events: Queue, most: number, tell: (left: number) => void = () => {}): Promise<number> {
  let before = { count: Number.POSITIVE_INFINITY, at: performance.now() }
  for (let count = await left(events); ; count = await left(events)) {
    tell(count)
    if (count <= most) return count
    if (count < before.count) before = { count, at: performance.now() }
    if (performance.now() - before.at > PATIENCE_MS) throw new Error(`${count} jobs are left, and none of them ends`)
    await pause(10)
  }
}

export async function left(queue: Queue): Promise<number> {
  const counts = await queue.getJobCounts('waiting', 'active', 'delayed', 'prioritized')
  return Object.values(counts).reduce((sum, count) => sum + count, 0)
}

/** Whether all effects of so many events have jobs; the sweeper finds those that Redis did not take in time. */
export async function checkEffects(of: string, { effects }: Queues, writes: Writes, events: number): Promise<Sum[]> {
  const expected = (writes.rows['outbox_messages'] ?? 0) * events
  const deadline = performance.now() + PATIENCE_MS
  while ((await left(effects)) < expected && performance.now() < deadline) await pause(50)
  return sums(of, { 'effects enqueued': expected }, { 'effects enqueued': await left(effects) })
}
