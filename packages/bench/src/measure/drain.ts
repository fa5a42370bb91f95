import { settleBySql } from '../contenders/worker/bare-sql.ts'
import { startOrm, startOurs } from '../contenders/worker/start.ts'
import type { Writes } from '../contenders/worker/writes.ts'
import type { Plan } from '../plan.ts'
import { appendRows } from '../world/backlog.ts'
import type { Queues } from '../world/queue.ts'
import type { Server } from '../world/server.ts'
import type { Stores } from '../world/stores.ts'
import {
  addBacklog,
  checkEffects,
  drained,
  hasLookedAround,
  learnWrites,
  left,
  settleDown,
  withWorkers,
} from './held-queue.ts'
import { watchMemory } from './memory.ts'
import { rotated } from './rotated.ts'
import type { Run } from './run.ts'
import { checkState } from './state.ts'

type Start = (stores: Stores, core: string | undefined) => Promise<Server>

/** How many events a second each worker settles that wait already. Returns what ours writes for one. */
export async function measureDrains(run: Run): Promise<Writes> {
  const { plan, found, say } = run
  let writes: Writes = { rows: {}, statements: [] }
  const brief = { ...run, plan: { ...plan, jobs: plan.jobsOfOrm } }
  const contenders = [
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
    for (const { name, jobs, drain } of rotated(contenders, round)) {
      say(`worker, round ${round + 1} of ${plan.rounds}: ${name}`)
      found(`worker, ${name}, events/s`, jobs / (await drain()))
    }
  }
  return writes
}

async function drainByOurs(run: Run, queues: Queues, writes: Writes, server: Server): Promise<number> {
  const { plan, stores, found, check } = run
  await prepare(run, queues)
  const memory = watchMemory(server.pid, async () => plan.jobs - (await left(queues.events)))
  const seconds = await drained(queues.events)
  const points = await memory.stop()
  found('worker, ours, memory MB', Math.max(...points.map(([, bytes]) => bytes)) / 1e6)

  const settled = 1 + plan.warmUpJobs + plan.jobs
  check(await checkState('worker, ours', stores, writes, settled))
  check(await checkEffects('worker, ours', queues, writes, settled))
  return seconds
}

async function drainByOrm(run: Run, queues: Queues, writes: Writes): Promise<number> {
  const { plan, stores, check } = run
  await prepare(run, queues)
  const seconds = await drained(queues.events)
  check(await checkState('worker, per-event ORM', stores, writes, plan.warmUpJobs + plan.jobs))
  return seconds
}

/** Warms workers up, then leaves them before a queue that is held. */
export async function prepare(
  { plan, stores, numbers }: Pick<Run, 'stores' | 'numbers'> & { plan: Pick<Plan, 'warmUpJobs' | 'jobs'> },
  { events }: Queues,
): Promise<void> {
  await events.pause()
  await addBacklog(stores, numbers(plan.warmUpJobs), plan.warmUpJobs)
  await drained(events)
  await events.pause()
  await addBacklog(stores, numbers(plan.jobs), plan.jobs)
  await settleDown(stores)
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

async function withWorker<T>(
  { stores, places }: Run,
  start: Start,
  use: (queues: Queues, server: Server) => Promise<T>,
): Promise<T> {
  const startOne = async () => [await start(stores, places.contender)]
  return withWorkers(stores, startOne, async (queues, [server]) => {
    if (start === startOurs) await hasLookedAround(stores)
    return use(queues, server as Server)
  })
}
