import { settleBySql } from '../peers/worker/bare-sql.ts'
import { startOrm, startOurs } from '../peers/worker/index.ts'
import type { Writes } from '../peers/worker/writes.ts'
import type { Plan } from '../plan.ts'
import { appendRows } from '../setup/backlog.ts'
import type { Queues } from '../setup/queue.ts'
import type { Server } from '../setup/server.ts'
import type { Stores } from '../setup/stores.ts'
import { watchMemory } from './memory.ts'
import {
  addBacklog,
  analyzeAndCheckpoint,
  checkEffects,
  drained,
  firstSweepDone,
  jobsLeft,
  learnWrites,
  withWorkers,
} from './paused-queue.ts'
import { type Run, rotated } from './run.ts'
import { checkState } from './state.ts'

type Start = (stores: Stores, core: string | undefined) => Promise<Server>

/** Measures events per second of each worker on a prepared backlog. Resolves to what ours writes for one event. */
export async function measureDrains(run: Run): Promise<Writes> {
  const { plan, found, say } = run
  let writes: Writes = { rows: {}, statements: [] }
  const brief = { ...run, plan: { ...plan, jobs: plan.jobsOfOrm } }
  const peers = [
    {
      name: 'ours',
      jobs: plan.jobs,
      drain: () =>
        withWorker(run, startOurs, async (queues, server) => {
          writes = await learnWrites(run.stores, queues)
          return drainByOurs(run, queues, writes, server)
        }),
    },
    { name: 'bare SQL', jobs: plan.jobs, drain: () => drainBySql(run, writes) },
    {
      name: 'per-event ORM',
      jobs: plan.jobsOfOrm,
      drain: () => withWorker(brief, startOrm, (queues) => drainByOrm(brief, queues, writes)),
    },
  ]
  for (let round = 0; round < plan.rounds; round += 1) {
    for (const { name, jobs, drain } of rotated(peers, round)) {
      say(`worker, round ${round + 1} of ${plan.rounds}: ${name}`)
      found(`worker, ${name}, events/s`, jobs / (await drain()))
    }
  }
  return writes
}

async function drainByOurs(run: Run, queues: Queues, writes: Writes, server: Server): Promise<number> {
  const { plan, stores, found, check } = run
  await prepare(run, queues)
  const memory = watchMemory(server.pid, async () => plan.jobs - (await jobsLeft(queues.events)))
  const seconds = await drained(queues.events)
  const points = await memory.stop()
  found('worker, ours, memory MB', Math.max(...points.map(([, bytes]) => bytes)) / 1e6)

  const settled = 1 + plan.warmUpJobs + plan.jobs
  check(await checkState('worker, ours', stores, writes, settled))
  check(await checkEffects('worker, ours', stores, queues))
  return seconds
}

async function drainByOrm(run: Run, queues: Queues, writes: Writes): Promise<number> {
  const { plan, stores, check } = run
  await prepare(run, queues)
  const seconds = await drained(queues.events)
  check(await checkState('worker, per-event ORM', stores, writes, plan.warmUpJobs + plan.jobs))
  return seconds
}

/** Warms workers up, then fills a paused queue. */
export async function prepare(
  { plan, stores, numbers }: Pick<Run, 'stores' | 'numbers'> & { plan: Pick<Plan, 'warmUpJobs' | 'jobs'> },
  { events }: Queues,
): Promise<void> {
  await events.pause()
  await addBacklog(stores, numbers(plan.warmUpJobs), plan.warmUpJobs)
  await drained(events)
  await events.pause()
  await addBacklog(stores, numbers(plan.jobs), plan.jobs)
  await analyzeAndCheckpoint(stores)
}

async function drainBySql(run: Run, writes: Writes): Promise<number> {
  const { plan, stores, cores, numbers, check } = run
  await stores.empty()
  const warmUp = await appendRows(stores, numbers(plan.warmUpJobs), plan.warmUpJobs)
  await settleBySql(stores, writes, warmUp, cores.measured)
  const backlog = await appendRows(stores, numbers(plan.jobs), plan.jobs)
  await analyzeAndCheckpoint(stores)
  const seconds = await settleBySql(stores, writes, backlog, cores.measured)
  check(await checkState('worker, bare SQL', stores, writes, plan.warmUpJobs + plan.jobs))
  return seconds
}

async function withWorker<T>(
  { stores, cores }: Run,
  start: Start,
  use: (queues: Queues, server: Server) => Promise<T>,
): Promise<T> {
  const startOne = async () => [await start(stores, cores.measured)]
  return withWorkers(stores, startOne, async (queues, [server]) => {
    if (start === startOurs) await firstSweepDone(stores)
    return use(queues, server as Server)
  })
}
