import { setTimeout as pause } from 'node:timers/promises'
import type { Queue } from 'bullmq'
import { settleBySql } from '../contenders/worker/bare-sql.ts'
import { startOrm, startOurs } from '../contenders/worker/start.ts'
import { type Writes, writesOfSample } from '../contenders/worker/writes.ts'
import { sums } from '../sums.ts'
import { appendRows, enqueueRows } from '../world/backlog.ts'
import { withQueues } from '../world/queue.ts'
import type { Server } from '../world/server.ts'
import type { Stores } from '../world/stores.ts'
import { growthOf, watchMemory } from './memory.ts'
import { rotated } from './rotated.ts'
import type { Run } from './run.ts'
import { checkState } from './state.ts'

type Start = (stores: Stores, core: string | undefined) => Promise<Server>

/** How many events a second each worker settles that wait already. Returns what ours writes for one. */
export async function measureDrains(run: Run): Promise<Writes> {
  const { plan, found, say } = run
  say('worker: what ours writes for one event')
  const writes = await learnWrites(run)
  const contenders = [
    { name: 'per-event ORM', drain: () => drainByWorker(run, 'per-event ORM', startOrm, writes) },
    { name: 'bare SQL', drain: () => drainBySql(run, writes) },
    { name: 'ours', drain: () => drainByWorker(run, 'ours', startOurs, writes) },
  ]
  for (let round = 0; round < plan.rounds; round += 1) {
    for (const { name, drain } of rotated(contenders, round)) {
      say(`worker, round ${round + 1} of ${plan.rounds}: ${name}`)
      found(`worker, ${name}, events/s`, plan.jobs / (await drain()))
    }
  }
  return writes
}

const learnWrites = (run: Run): Promise<Writes> =>
  withWorker(run, startOurs, async (events) => {
    await addBacklog(run, 0, 1)
    await drained(events)
    return writesOfSample(run.stores.pool)
  })

/** Seconds from when the queue was let go until nothing of it was left. */
function drainByWorker(run: Run, name: string, start: Start, writes: Writes): Promise<number> {
  const { plan, stores, numbers, found, check } = run
  const isOurs = start === startOurs
  return withWorker(run, start, async (events, effects, server) => {
    await addBacklog(run, numbers(plan.warmUpJobs), plan.warmUpJobs)
    await drained(events)
    await events.pause()
    await addBacklog(run, numbers(plan.jobs), plan.jobs)
    await stores.pool.query('CHECKPOINT')

    const memory = watchMemory(server.pid, async () => plan.jobs - (await left(events)))
    const startedAt = performance.now()
    await drained(events)
    const seconds = (performance.now() - startedAt) / 1000
    const points = await memory.stop()

    if (isOurs) {
      found('worker, ours, memory growth B/event', growthOf(points))
      found('worker, ours, memory MB', Math.max(...points.map(([, bytes]) => bytes)) / 1e6)
    }
    const settled = plan.warmUpJobs + plan.jobs
    check(await checkState(`worker, ${name}`, stores, writes, settled))
    if (isOurs) await checkEffects(run, effects, writes, settled)
    return seconds
  })
}

async function drainBySql(run: Run, writes: Writes): Promise<number> {
  const { plan, stores, places, numbers, check } = run
  await stores.empty()
  const warmUp = await appendRows(stores, numbers(plan.warmUpJobs), plan.warmUpJobs)
  await settleBySql(stores, writes, warmUp, places.contender)
  const backlog = await appendRows(stores, numbers(plan.jobs), plan.jobs)
  await stores.pool.query('CHECKPOINT')
  const seconds = await settleBySql(stores, writes, backlog, places.contender)
  check(await checkState('worker, bare SQL', stores, writes, plan.warmUpJobs + plan.jobs))
  return seconds
}

/** Effects wait: to send letters and to draw documents is other work than what is measured. */
async function withWorker<T>(
  { stores, places }: Run,
  start: Start,
  use: (events: Queue, effects: Queue, server: Server) => Promise<T>,
): Promise<T> {
  await stores.empty()
  return withQueues(stores, async (events, effects) => {
    await events.pause()
    await effects.pause()
    const server = await start(stores, places.contender)
    try {
      if (start === startOurs) await hasLookedAround(stores)
      return await use(events, effects, server)
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

/** Lets the queue go, and waits until it is empty. */
async function drained(events: Queue): Promise<void> {
  await events.resume()
  while ((await left(events)) > 0) await pause(10)
}

async function left(events: Queue): Promise<number> {
  const counts = await events.getJobCounts('waiting', 'active', 'delayed', 'prioritized')
  return Object.values(counts).reduce((sum, count) => sum + count, 0)
}

async function checkEffects({ check }: Run, effects: Queue, writes: Writes, settled: number): Promise<void> {
  const expected = (writes.rows['outbox_messages'] ?? 0) * settled
  check(sums('worker, ours', { 'effects enqueued': expected }, { 'effects enqueued': await left(effects) }))
}
