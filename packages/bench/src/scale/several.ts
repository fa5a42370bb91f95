import { startOurs as startWorker } from '../contenders/worker/start.ts'
import { prepare } from '../measure/drain.ts'
import { checkEffects, drained, hasLookedAround, learnWrites, withWorkers } from '../measure/held-queue.ts'
import { rotated } from '../measure/rotated.ts'
import { checkState } from '../measure/state.ts'
import type { Queues } from '../world/queue.ts'
import type { Server } from '../world/server.ts'
import { watchProcessor } from './processor-time.ts'
import type { ScaleRun } from './run.ts'

/** How a figure of so many processes begins. */
export const nameOf = (what: 'ingest' | 'worker', count: number): string => `${count} ${what}${count > 1 ? 's' : ''}`

/** How many of the usual events a second one, two and more workers settle, from one backlog. */
export async function measureWorkers(run: ScaleRun, cores: Array<string | undefined>): Promise<void> {
  const { plan, stores, say } = run
  for (let round = 0; round < plan.rounds; round += 1) {
    for (const count of rotated(plan.processes, round)) {
      say(`${nameOf('worker', count)}, round ${round + 1} of ${plan.rounds}`)
      const start = () => Promise.all(cores.slice(0, count).map((core) => startWorker(stores, core)))
      await withWorkers(stores, start, (queues, workers) => drainBy(run, queues, workers))
    }
  }
}

async function drainBy(run: ScaleRun, queues: Queues, workers: Server[]): Promise<void> {
  const { plan, stores, check } = run
  const name = nameOf('worker', workers.length)
  await hasLookedAround(stores)
  const writes = await learnWrites(stores, queues)
  await prepare(run, queues)
  const used = watchProcessor(() => ({ ours: workers.map(({ pid }) => pid), ...stores.pids() }))
  const seconds = await drained(queues.events)
  noteCores(run, name, used(), seconds)
  run.found(`${name}, events/s`, plan.jobs / seconds)
  const settled = 1 + plan.warmUpJobs + plan.jobs
  check(await checkState(name, stores, writes, settled))
  check(await checkEffects(name, queues, writes, settled))
}

/** Who was busy, and so what stands in the way of more. */
export function noteCores({ found }: ScaleRun, name: string, used: Record<string, number>, seconds: number): void {
  for (const [who, value] of Object.entries(used)) found(`${name}, cores used by ${who}`, value / seconds)
}
