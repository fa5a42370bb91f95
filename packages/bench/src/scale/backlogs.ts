import { startOurs } from '../contenders/worker/start.ts'
import { hasLookedAround, learnWrites, leaves, left, settleDown, withWorkers } from '../measure/held-queue.ts'
import { growthOf, watchMemory } from '../measure/memory.ts'
import { redisBytes } from '../measure/redis-bytes.ts'
import { checkRows } from '../measure/state.ts'
import { sums } from '../sums.ts'
import type { Queues } from '../world/queue.ts'
import type { Server } from '../world/server.ts'
import { explainInbox, type InboxPlan } from './inbox.ts'
import { layBacklog, layLight } from './lay.ts'
import { createProgress, inWords } from './progress.ts'
import type { ScaleRun } from './run.ts'

const LOOK_AT_MEMORY_MS = 500

/** What a waiting event costs, by how many wait; and what the inbox is like once they are processed. */
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
  await hasLookedAround(stores)
  const writes = await learnWrites(stores, queues, async () => void (await layLight(stores, 0, 1)))
  await layLight(stores, numbers(plan.warmUpJobs), plan.warmUpJobs)
  await leaves(events, 0)

  await events.pause()
  const before = await redisBytes(stores) // of jobs that have ended, and are kept for a while
  await layBacklog(run, size)
  await settleDown(stores)
  check(sums(of, { waiting: size }, { waiting: await left(events) }))
  say(`${of}: counting the bytes of Redis`)
  found(`${of}, Redis bytes per waiting event`, ((await redisBytes(stores)) - before) / size)

  await drain(run, queues, worker, size)
  check(await checkRows(of, stores, writes, 1 + plan.warmUpJobs + size))
}

async function drain({ plan, found, say }: ScaleRun, { events }: Queues, worker: Server, size: number): Promise<void> {
  const of = nameOf(size)
  const tell = createProgress(say, `draining a ${of}`, size)
  const memory = watchMemory(worker.pid, async () => size - (await left(events)), LOOK_AT_MEMORY_MS)
  const startedAt = performance.now()
  const microseconds = () => (performance.now() - startedAt) * 1000
  await events.resume()
  const told = (count: number) => tell(size - count)
  const later = await leaves(events, Math.max(0, size - plan.first), told)
  found(`${of}, µs per event, the first ${inWords(Math.min(plan.first, size))}`, microseconds() / (size - later))
  await leaves(events, 0, told)
  found(`${of}, µs per event, all of them`, microseconds() / size)
  const points = await memory.stop()
  found(`${of}, worker, memory MB`, Math.max(...points.map(([, bytes]) => bytes)) / 1e6)
  found(`${of}, worker, memory growth B/event`, growthOf(points))
}

export const nameOf = (size: number): string => `backlog of ${inWords(size)}`
