import { prepare } from '../measure/drain.ts'
import { checkEffects, drained, firstSweepDone, learnWrites, withWorkers } from '../measure/paused-queue.ts'
import { rotated } from '../measure/run.ts'
import { checkState } from '../measure/state.ts'
import { startOurs as startWorker } from '../peers/worker/index.ts'
import type { Queues } from '../setup/queue.ts'
import type { Server } from '../setup/server.ts'
import type { ScaleRun } from './plan.ts'
import { watchProcessor } from './processor-time.ts'

/** Prefix of the figures for this many processes. */
export const nameOf = (what: 'ingest' | 'worker', count: number): string => `${count} ${what}${count > 1 ? 's' : ''}`

/** Measures events per second of one, two and more workers on one backlog. */
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
  await firstSweepDone(stores)
  const writes = await learnWrites(stores, queues)
  await prepare(run, queues)
  const used = watchProcessor(() => ({ ours: workers.map(({ pid }) => pid), ...stores.pids() }))
  const seconds = await drained(queues.events)
  noteCores(run, name, used(), seconds)
  run.found(`${name}, events/s`, plan.jobs / seconds)
  const settled = 1 + plan.warmUpJobs + plan.jobs
  check(await checkState(name, stores, writes, settled))
  check(await checkEffects(name, stores, queues))
}

/** Records who was busy, and so what limits the rate. */
export function noteCores({ found }: ScaleRun, name: string, used: Record<string, number>, seconds: number): void {
  for (const [who, value] of Object.entries(used)) found(`${name}, cores used by ${who}`, value / seconds)
}
