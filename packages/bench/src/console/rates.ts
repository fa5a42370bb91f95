import { type Generator, startGenerator } from '../load/generate.ts'
import { prepare } from '../measure/drain.ts'
import { drained, firstSweepDone, withWorkers } from '../measure/paused-queue.ts'
import { rotated } from '../measure/run.ts'
import { startOurs as startIngest } from '../peers/ingest/index.ts'
import { recorded } from '../peers/ingest/recorded.ts'
import { startOurs as startWorker } from '../peers/worker/index.ts'
import { watchProcessor } from '../scale/processor-time.ts'
import { numberOf } from '../setup/stores.ts'
import { sums } from '../sums.ts'
import { type Board, startBoard } from './board.ts'
import type { ConsoleRun } from './plan.ts'

const KINDS = ['without a board', 'with a board'] as const

/** Measures what ingest and worker do in a second, with two tabs of a board open and without a board. */
export async function measureRates(run: ConsoleRun): Promise<void> {
  const { plan, stores, cores, say } = run
  const generator = startGenerator(stores.folder, cores.generator)
  for (let round = 0; round < plan.rounds; round += 1) {
    for (const kind of rotated(KINDS, round)) {
      say(`rates ${kind}, round ${round + 1} of ${plan.rounds}`)
      const board = kind === 'with a board' ? await startBoard(stores, cores.stores) : undefined
      await receive(run, generator, kind, board)
      await drain(run, kind, board)
      await board?.stop()
    }
  }
  await generator.stop()
}

/** The first time all events are new, the second time all repeat one. */
async function receive(run: ConsoleRun, generator: Generator, kind: string, board: Board | undefined): Promise<void> {
  const { plan, stores, cores, numbers, found, check } = run
  const { server } = await startIngest(stores, cores.measured)
  const send = (first: number, count: number) =>
    generator.send({ ports: [server.port], first, count, connections: plan.connections })
  await stores.empty()
  await send(numbers(plan.warmUpRequests), plan.warmUpRequests)
  await stores.empty()
  const close = board?.openTabs()
  const first = numbers(plan.requests)
  for (const what of ['ingest', 'ingest, all repeated'] as const) {
    const used = watchProcessor(() => ({ ours: [server.pid] }))
    const { accepted, seconds } = await send(first, plan.requests)
    found(`${what}, ${kind}, events/s`, accepted / seconds)
    found(`${what}, ${kind}, µs of its processor per event`, ((used()['ours'] ?? Number.NaN) / accepted) * 1e6)
    // Of many repeats ingest writes some, and counts the others.
    const rows: Record<string, number> = what === 'ingest' ? { 'rows of repeats': await rowsOf(run) } : {}
    const expected = { accepted: plan.requests, recorded: plan.requests }
    check(sums(`${what}, ${kind}`, expected, { accepted, recorded: await recorded(stores), ...rows }))
  }
  close?.()
  await server.stop()
}

const rowsOf = ({ stores }: ConsoleRun): Promise<number> => numberOf(stores, 'SELECT count(*) FROM webhook_deliveries')

async function drain(run: ConsoleRun, kind: string, board: Board | undefined): Promise<void> {
  const { plan, stores, cores, found, check } = run
  const start = async () => [await startWorker(stores, cores.measured)]
  await withWorkers(stores, start, async (queues, workers) => {
    await firstSweepDone(stores)
    await prepare(run, queues)
    const close = board?.openTabs()
    const used = watchProcessor(() => ({ ours: workers.map(({ pid }) => pid) }))
    const seconds = await drained(queues.events)
    found(`worker, ${kind}, events/s`, plan.jobs / seconds)
    found(`worker, ${kind}, µs of its processor per event`, ((used()['ours'] ?? Number.NaN) / plan.jobs) * 1e6)
    close?.()
    const settled = plan.warmUpJobs + plan.jobs
    const processed = await numberOf(stores, `SELECT count(*) FROM webhook_events WHERE status = 'processed'`)
    check(sums(`worker, ${kind}`, { processed: settled }, { processed }))
  })
}
