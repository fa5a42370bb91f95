import { setTimeout as pause } from 'node:timers/promises'
import type { Queue } from 'bullmq'
import { settleBySql } from '../contenders/worker/bare-sql.ts'
import { startOrm, startOurs } from '../contenders/worker/start.ts'
import { type Writes, writesOfSample } from '../contenders/worker/writes.ts'
import { sums } from '../sums.ts'
import { appendRows, enqueueRows } from '../world/backlog.ts'
import { type Queues, withQueues } from '../world/queue.ts'
import type { Server } from '../world/server.ts'
import type { Stores } from '../world/stores.ts'
import { growthOf, watchMemory } from './memory.ts'
import { rotated } from './rotated.ts'
import type { Run } from './run.ts'
import { checkState } from './state.ts'

const PATIENCE_MS = 30_000

type Start = (stores: Stores, core: string | undefined) => Promise<Server>

/** How many events a second each worker settles that wait already. Returns what ours writes for one. */
export async function measureDrains(run: Run): Promise<Writes> {
  const { plan, found, say } = run
  let writes: Writes = { rows: {}, statements: [] }
  const contenders = [
    {
      name: 'ours',
      drain: () =>
        withWorker(run, startOurs, async (queues, server) => {
          writes = await learnWrites(run, queues)
          return drainByOurs(run, queues, writes, server)
        }),
    },
    { name: 'bare SQL', drain: () => drainBySql(run, writes) },
    { name: 'per-event ORM', drain: () => withWorker(run, startOrm, (queues) => drainByOrm(run, queues, writes)) },
  ]
  for (let round = 0; round < plan.rounds; round += 1) {
    for (const { name, drain } of rotated(contenders, round)) {
      say(`worker, round ${round + 1} of ${plan.rounds}: ${name}`)
      found(`worker, ${name}, events/s`, plan.jobs / (await drain()))
    }
  }
  return writes
}

/** From the one event that is settled first of all, before anything else is in the tables. */
async function learnWrites(run: Run, { events }: Queues): Promise<Writes> {
  await addBacklog(run, 0, 1)
  await drained(events)
  return writesOfSample(run.stores.pool)
}

async function drainByOurs(run: Run, queues: Queues, writes: Writes, server: Server): Promise<number> {
  const { plan, stores, found, check } = run
  await prepare(run, queues)
  const memory = watchMemory(server.pid, async () => plan.jobs - (await left(queues.events)))
  const seconds = await drained(queues.events)
  const points = await memory.stop()
  found('worker, ours, memory growth B/event', growthOf(points))
  found('worker, ours, memory MB', Math.max(...points.map(([, bytes]) => bytes)) / 1e6)

  const settled = 1 + plan.warmUpJobs + plan.jobs
  check(await checkState('worker, ours', stores, writes, settled))
  const expected = (writes.rows['outbox_messages'] ?? 0) * settled
  check(
    sums('worker, ours', { 'effects enqueued': expected }, { 'effects enqueued': await enqueued(queues, expected) }),
  )
  return seconds
}

/** How many effects have jobs; the sweeper finds those that Redis did not take in time. */
async function enqueued({ effects }: Queues, expected: number): Promise<number> {
  const deadline = performance.now() + PATIENCE_MS
  while ((await left(effects)) < expected && performance.now() < deadline) await pause(50)
  return left(effects)
}

async function drainByOrm(run: Run, queues: Queues, writes: Writes): Promise<number> {
  const { plan, stores, check } = run
  await prepare(run, queues)
  const seconds = await drained(queues.events)
  check(await checkState('worker, per-event ORM', stores, writes, plan.warmUpJobs + plan.jobs))
  return seconds
}

/** Warms the worker up, then leaves it before a queue that is held. */
async function prepare(run: Run, { events }: Queues): Promise<void> {
  const { plan, stores, numbers } = run
  await events.pause()
  await addBacklog(run, numbers(plan.warmUpJobs), plan.warmUpJobs)
  await drained(events)
  await events.pause()
  await addBacklog(run, numbers(plan.jobs), plan.jobs)
  await settleDown(stores)
}

/** What autovacuum and the next checkpoint would do meanwhile. */
async function settleDown({ pool }: Stores): Promise<void> {
  await pool.query('ANALYZE')
  await pool.query('CHECKPOINT')
}

async function drainBySql(run: Run, writes: Writes): Promise<number> {
  const { plan, stores, places, numbers, check } = run
  await stores.empty()
  const warmUp = await appendRows(stores, numbers(plan.warmUpJobs), plan.warmUpJobs)
  await settleBySql(stores, writes, warmUp, places.contender)
  const backlog = await appendRows(stores, numbers(plan.jobs), plan.jobs)
  await settleDown(stores)
  const seconds = await settleBySql(stores, writes, backlog, places.contender)
  check(await checkState('worker, bare SQL', stores, writes, plan.warmUpJobs + plan.jobs))
  return seconds
}

/** Effects wait: to send letters and to draw documents is other work than what is measured. */
async function withWorker<T>(
  { stores, places }: Run,
  start: Start,
  use: (queues: Queues, server: Server) => Promise<T>,
): Promise<T> {
  await stores.empty()
  return withQueues(stores, async (queues) => {
    await queues.events.pause()
    await queues.effects.pause()
    const server = await start(stores, places.contender)
    try {
      if (start === startOurs) await hasLookedAround(stores)
      return await use(queues, server)
    } finally {
      await server.stop()
    }
  })
}

/** A worker that finds Redis emptied looks at every row of the inbox again, once: let it be before there are any. */
async function hasLookedAround({ redis }: Stores): Promise<void> {
  while ((await redis.exists('sluice:epoch')) === 0) await pause(20)
}

async function addBacklog({ stores }: Run, number: number, count: number): Promise<void> {
  await enqueueRows(stores, await appendRows(stores, number, count), number)
}

/** Lets the queue go, and waits until it is empty. Returns how many seconds that took. */
async function drained(events: Queue): Promise<number> {
  const startedAt = performance.now()
  await events.resume()
  let before = { count: Number.POSITIVE_INFINITY, at: startedAt }
  for (let count = await left(events); count > 0; count = await left(events)) {
    if (count < before.count) before = { count, at: performance.now() }
    if (performance.now() - before.at > PATIENCE_MS) throw new Error(`${count} jobs are left, and none of them ends`)
    await pause(10)
  }
  return (performance.now() - startedAt) / 1000
}

async function left(queue: Queue): Promise<number> {
  const counts = await queue.getJobCounts('waiting', 'active', 'delayed', 'prioritized')
  return Object.values(counts).reduce((sum, count) => sum + count, 0)
}
