import { fillDatabase, requestsOf } from '@sluice/testing'
import { startGenerator } from '../load/generate.ts'
import { startOurs as startIngest } from '../peers/ingest/index.ts'
import { recorded } from '../peers/ingest/recorded.ts'
import { startOurs as startWorker } from '../peers/worker/index.ts'
import { createProgress, inWords } from '../scale/progress.ts'
import { quantile } from '../statistics.ts'
import { sums } from '../sums.ts'
import { type Board, startBoard } from './board.ts'
import type { ConsoleRun } from './plan.ts'

/** Milliseconds of the answers of one route, with all of its filters. */
export interface RouteAnswers {
  route: string
  requests: number
  /** Those that took too long for the board. */
  unanswered: number
  p50: number
  p95: number
  /** The request with the largest median, and that. */
  slowest: { path: string; p50: number }
}

/** So many seconds of requests are signed at once. */
const CHUNK_SECONDS = 10

/** Some need what the database or the store does not have: an action of this person, or a file. */
const LEFT_OUT = /address|body|rendering|\/files/

/** Asks a board on a large database for everything, while events arrive and are handled. */
export async function measureAnswers(run: ConsoleRun): Promise<RouteAnswers[]> {
  const { plan, stores, say, found } = run
  say(`filling a database with ${inWords(plan.events)} events and what follows from them`)
  await fillDatabase(stores.url, plan.events, (table) => say(`  ${table}`))
  await stores.pool.query('CHECKPOINT')
  const { rows } = await stores.pool.query('SELECT pg_database_size(current_database())::float8 / 1e9 AS size')
  found('size of the database, GB', rows[0].size)

  const board = await startBoard(stores, undefined)
  const worker = await startWorker(stores, undefined)
  const ingest = await startIngest(stores, undefined)
  const close = board.openTabs()
  const arriving = startArriving(run, ingest.server.port)
  try {
    return await askAll(run, board.ask)
  } finally {
    close()
    await arriving.stop()
    await Promise.all([board.stop(), worker.stop(), ingest.server.stop()])
  }
}

async function askAll({ plan, say }: ConsoleRun, ask: Board['ask']): Promise<RouteAnswers[]> {
  const routes = Object.entries(requestsOf(plan.events)).filter(([route]) => !LEFT_OUT.test(route))
  const times = new Map<string, number[]>()
  const unanswered = new Map<string, number>()
  const tell = createProgress(say, 'rounds of requests', plan.repeats)
  for (const [, paths] of routes) for (const path of paths) await ask(path) // each is compiled and cached by now
  for (let repeat = 0; repeat < plan.repeats; repeat += 1) {
    for (const path of routes.flatMap(([, paths]) => paths)) {
      const { milliseconds, isAnswered } = await ask(path)
      times.set(path, [...(times.get(path) ?? []), milliseconds])
      if (!isAnswered) unanswered.set(path, (unanswered.get(path) ?? 0) + 1)
    }
    tell(repeat + 1)
  }
  return routes.map(([route, paths]) => {
    const all = paths.flatMap((path) => times.get(path) ?? [])
    const medians = paths.map((path) => ({ path, p50: quantile(times.get(path) ?? [], 0.5) }))
    const [slowest = { path: '', p50: Number.NaN }] = medians.sort((a, b) => b.p50 - a.p50)
    return {
      ...{ route, requests: all.length, slowest },
      unanswered: paths.reduce((sum, path) => sum + (unanswered.get(path) ?? 0), 0),
      ...{ p50: quantile(all, 0.5), p95: quantile(all, 0.95) },
    }
  })
}

/** Sends at a fixed rate until it is stopped, and checks that everything was recorded. */
function startArriving({ plan, stores, numbers, found, check }: ConsoleRun, port: number) {
  const generator = startGenerator(stores.folder, undefined)
  let isOver = false
  const sending = (async () => {
    let sent = 0
    const before = await recorded(stores)
    while (!isOver) {
      const count = plan.perSecond * CHUNK_SECONDS
      const order = { ports: [port], first: numbers(count), count, connections: plan.connections }
      const answers = await generator.send({ ...order, perSecond: plan.perSecond })
      sent += answers.accepted
      found('arriving meanwhile, events/s', answers.accepted / answers.seconds)
      found('arriving meanwhile, answer p99 ms', answers.p99)
    }
    check(sums('arriving meanwhile', { recorded: sent }, { recorded: (await recorded(stores)) - before }))
  })()
  sending.catch(() => {}) // `stop` reports it
  return {
    async stop(): Promise<void> {
      isOver = true
      await sending.finally(() => generator.stop())
    },
  }
}
