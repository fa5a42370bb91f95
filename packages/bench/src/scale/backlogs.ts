import { growthOf, redisBytes, watchMemory } from '../measure/memory.ts'
import {
  analyzeAndCheckpoint,
  firstSweepDone,
  jobsFallTo,
  jobsLeft,
  learnWrites,
  withWorkers,
} from '../measure/paused-queue.ts'
import { checkRows } from '../measure/state.ts'
import { startOurs } from '../peers/worker/index.ts'
import type { Queues } from '../setup/queue.ts'
import type { Server } from '../setup/server.ts'
import { sums } from '../sums.ts'
import { addLightEvents, fillBacklog } from './fill.ts'
import { explainInbox, type InboxPlan } from './inbox.ts'
import type { ScaleRun } from './plan.ts'
import { createProgress, inWords } from './progress.ts'

const LOOK_AT_MEMORY_MS = 500

/** Measures the cost of waiting events by backlog size, and the inbox after they are processed. */
export async function measureBacklogs(run: ScaleRun, core: string | undefined): Promise<InboxPlan[]> {
  const { plan, stores } = run
  const explained: InboxPlan[] = []
  for (const size of plan.backlogs) {
    const start = async () => [await startOurs(stores, core)]
    await withWorkers(stores, start, (queues, [worker]) => measureBacklog(run, queues, worker as Server, size))
    explained.push(...(await explainInbox(run, size)))
  }
  return explained
}

async function measureBacklog(run: ScaleRun, queues: Queues, worker: Server, size: number): Promise<void> {
  const { plan, stores, numbers, found, check, say } = run
  const { events } = queues
  const of = nameOf(size)
  say(of)
  await firstSweepDone(stores)
  const writes = await learnWrites(stores, queues, async () => void (await addLightEvents(stores, 0, 1)))
  await addLightEvents(stores, numbers(plan.warmUpJobs), plan.warmUpJobs)
  await jobsFallTo(events, 0)

  await events.pause()
  const before = await redisBytes(stores) // finished jobs are kept for a while
  await fillBacklog(run, size)
  await analyzeAndCheckpoint(stores)
  check(sums(of, { waiting: size }, { waiting: await jobsLeft(events) }))
  say(`${of}: counting the bytes of Redis`)
  found(`${of}, Redis bytes per waiting event`, ((await redisBytes(stores)) - before) / size)

  await drain(run, queues, worker, size)
  check(await checkRows(of, stores, writes, 1 + plan.warmUpJobs + size))
}

async function drain({ plan, found, say }: ScaleRun, { events }: Queues, worker: Server, size: number): Promise<void> {
  const of = nameOf(size)
  const tell = createProgress(say, `draining a ${of}`, size)
  const memory = watchMemory(worker.pid, async () => size - (await jobsLeft(events)), LOOK_AT_MEMORY_MS)
  const startedAt = performance.now()
  const microseconds = () => (performance.now() - startedAt) * 1000
  await events.resume()
  const reported = (count: number) => tell(size - count)
  const later = await jobsFallTo(events, Math.max(0, size - plan.first), reported)
  found(`${of}, µs per event, the first ${inWords(Math.min(plan.first, size))}`, microseconds() / (size - later))
  await jobsFallTo(events, 0, reported)
  found(`${of}, µs per event, all of them`, microseconds() / size)
  const points = await memory.stop()
  found(`${of}, worker, memory MB`, Math.max(...points.map(([, bytes]) => bytes)) / 1e6)
  found(`${of}, worker, memory growth B/event`, growthOf(points))
}

export const nameOf = (size: number): string => `backlog of ${inWords(size)}`
