import { tmpdir } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import { DEFAULT_PREFIX, openQueues, QUEUES } from '@sluice/queue'
import { borrow, type TestRedisCluster, withRedisCluster } from '@sluice/testing'
import type { Generator } from '../load/generate.ts'
import { effectsWithJobs, jobsLeft } from '../measure/paused-queue.ts'
import { rotated } from '../measure/run.ts'
import { checkState } from '../measure/state.ts'
import { startOurs as startIngest } from '../peers/ingest/index.ts'
import { startOurs as startWorker } from '../peers/worker/index.ts'
import { type Writes, writesOfSample } from '../peers/worker/writes.ts'
import { insertUsers } from '../setup/backlog.ts'
import { stopLater } from '../setup/child.ts'
import type { SeveralCores } from '../setup/cores.ts'
import type { Server } from '../setup/server.ts'
import { numberOf } from '../setup/stores.ts'
import { sums } from '../sums.ts'
import type { ScaleRun } from './plan.ts'

const SETTLED_WITHIN_MS = 300_000

/** A backend of the queues. */
interface Store {
  name: string
  url: string
  shards: number
  prefix: string
  flush(): Promise<unknown>
}

/** Measures from sender to commit through one ingest and one worker, on one Redis and on a Redis Cluster. */
export async function measureCluster(run: ScaleRun, generator: Generator, cores: SeveralCores): Promise<void> {
  const { plan, stores, say } = run
  const cluster = await startCluster(stores.folder)
  const backends: Store[] = [
    { name: CLUSTER_NAMES[0], url: stores.redisUrl, shards: 1, prefix: DEFAULT_PREFIX, flush: async () => {} },
    {
      name: CLUSTER_NAMES[1],
      url: cluster.url,
      shards: cluster.masters.length,
      prefix: DEFAULT_PREFIX,
      flush: () => flushed(cluster),
    },
  ]
  for (let round = 0; round < plan.rounds; round += 1) {
    for (const store of rotated(backends, round)) {
      say(`${store.name}, round ${round + 1} of ${plan.rounds}`)
      await through(run, generator, cores, store)
    }
  }
  await cluster.stop()
}

/** Prefixes of their figures. */
export const CLUSTER_NAMES = ['one Redis', 'a Cluster of three masters'] as const

/** Starts a Cluster on the same disk as the other stores. */
async function startCluster(folder: string): Promise<TestRedisCluster & { stop(): Promise<void> }> {
  const usual = tmpdir()
  process.env['TMPDIR'] = folder
  const { value, release } = await borrow<TestRedisCluster>(withRedisCluster)
  process.env['TMPDIR'] = usual
  stopLater(release)
  return { ...value, stop: release }
}

const flushed = ({ masters }: TestRedisCluster) => Promise.all(masters.map((master) => master.flush()))

async function through(run: ScaleRun, generator: Generator, { each }: SeveralCores, store: Store): Promise<void> {
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
      const counts = await Promise.all(effects.map(jobsLeft))
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
  const enqueued = await effectsWithJobs(stores)
  await until(async () => (await effects()) >= enqueued, 30_000)
  check(sums(name, { 'effects enqueued': enqueued }, { 'effects enqueued': await effects() }))
}

/** Waits until all are processed. Resolves to seconds. */
async function settledAll({ stores }: ScaleRun, events: number): Promise<number> {
  const startedAt = performance.now()
  const processed = "SELECT count(*) FROM webhook_events WHERE status = 'processed'"
  await until(async () => (await numberOf(stores, processed)) >= events, SETTLED_WITHIN_MS)
  return (performance.now() - startedAt) / 1000
}

/** Polls until true or until `withinMs`: the sums then show the rest. */
async function until(isSo: () => Promise<boolean>, withinMs: number): Promise<void> {
  const deadline = performance.now() + withinMs
  while (!(await isSo()) && performance.now() < deadline) await pause(50)
}
