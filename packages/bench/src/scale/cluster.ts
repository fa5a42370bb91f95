import { tmpdir } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import { openQueues, QUEUES } from '@sluice/queue'
import { borrow, type TestRedisCluster, withRedisCluster } from '@sluice/testing'
import { startOurs as startIngest } from '../contenders/ingest/index.ts'
import { startOurs as startWorker } from '../contenders/worker/start.ts'
import { type Writes, writesOfSample } from '../contenders/worker/writes.ts'
import type { Generator } from '../load/generate.ts'
import { left } from '../measure/held-queue.ts'
import { rotated } from '../measure/rotated.ts'
import { checkState } from '../measure/state.ts'
import { sums } from '../sums.ts'
import { insertUsers } from '../world/backlog.ts'
import { stopToo } from '../world/child.ts'
import { numberOf } from '../world/number-of.ts'
import type { SeveralPlaces } from '../world/places.ts'
import type { Server } from '../world/server.ts'
import type { ScaleRun } from './run.ts'

const SETTLED_WITHIN_MS = 300_000

/** What holds the queues. */
interface Store {
  name: string
  url: string
  shards: number
  flush(): Promise<unknown>
}

/** From sender to commit through one ingest and one worker, as fast as it goes: on one Redis, and on a Cluster. */
export async function measureCluster(run: ScaleRun, generator: Generator, places: SeveralPlaces): Promise<void> {
  const { plan, stores, say } = run
  const cluster = await startCluster(stores.folder)
  const contenders: Store[] = [
    { name: CLUSTER_NAMES[0], url: stores.redisUrl, shards: 1, flush: async () => {} },
    { name: CLUSTER_NAMES[1], url: cluster.url, shards: cluster.masters.length, flush: () => flushed(cluster) },
  ]
  for (let round = 0; round < plan.rounds; round += 1) {
    for (const store of rotated(contenders, round)) {
      say(`${store.name}, round ${round + 1} of ${plan.rounds}`)
      await through(run, generator, places, store)
    }
  }
  await cluster.stop()
}

/** How their figures begin. */
export const CLUSTER_NAMES = ['one Redis', 'a Cluster of three masters'] as const

/** On the disk that the other stores are on. It ends with all else that was started. */
async function startCluster(folder: string): Promise<TestRedisCluster & { stop(): Promise<void> }> {
  const usual = tmpdir()
  process.env['TMPDIR'] = folder
  const { value, release } = await borrow<TestRedisCluster>(withRedisCluster)
  process.env['TMPDIR'] = usual
  stopToo(release)
  return { ...value, stop: release }
}

const flushed = ({ masters }: TestRedisCluster) => Promise.all(masters.map((master) => master.flush()))

async function through(run: ScaleRun, generator: Generator, { each }: SeveralPlaces, store: Store): Promise<void> {
  const { stores } = run
  await stores.empty()
  await store.flush()
  const { queues, close } = await openQueues(store)
  const effects = queues.filter(({ name }) => name === QUEUES.effects)
  await Promise.all(effects.map((queue) => queue.pause()))
  const settings = { REDIS_URL: store.url, QUEUE_SHARDS: String(store.shards) }
  const servers = [(await startIngest(stores, each[0], settings)).server, await startWorker(stores, each[1], settings)]
  try {
    await measure(run, generator, servers[0] as Server, store.name, async () => {
      const counts = await Promise.all(effects.map(left))
      return counts.reduce((sum, count) => sum + count, 0)
    })
  } finally {
    await Promise.all(servers.map((server) => server.stop()))
    await close()
  }
}

async function measure(
  run: ScaleRun,
  generator: Generator,
  { port }: Server,
  name: string,
  effects: () => Promise<number>,
): Promise<void> {
  const { plan, stores, numbers, found, check } = run
  let settled = 0
  const send = async (first: number, count: number) => {
    await insertUsers(stores, first, count)
    const answers = await generator.send({ ports: [port], first, count, connections: plan.connections })
    check(sums(name, { accepted: answers.sent }, { accepted: answers.accepted }))
    settled += count
    const secondsAfter = await settledAll(run, settled)
    return answers.seconds + secondsAfter
  }
  await send(0, 1)
  const writes: Writes = await writesOfSample(stores.pool)
  await send(numbers(plan.warmUpJobs), plan.warmUpJobs)
  found(`${name}, events/s`, plan.jobs / (await send(numbers(plan.jobs), plan.jobs)))

  check(await checkState(name, stores, writes, settled))
  const enqueued = (writes.rows['outbox_messages'] ?? 0) * settled
  await until(async () => (await effects()) >= enqueued, 30_000)
  check(sums(name, { 'effects enqueued': enqueued }, { 'effects enqueued': await effects() }))
}

/** Returns how many seconds that took, from now. */
async function settledAll({ stores }: ScaleRun, events: number): Promise<number> {
  const startedAt = performance.now()
  const processed = "SELECT count(*) FROM webhook_events WHERE status = 'processed'"
  await until(async () => (await numberOf(stores, processed)) >= events, SETTLED_WITHIN_MS)
  return (performance.now() - startedAt) / 1000
}

/** Or until it takes too long: then the sums say so. */
async function until(isSo: () => Promise<boolean>, withinMs: number): Promise<void> {
  const deadline = performance.now() + withinMs
  while (!(await isSo()) && performance.now() < deadline) await pause(50)
}
