import { execFile } from 'node:child_process'
import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { eventually, withChaosProxy } from '@sluice/testing'
import type { Fault, FaultContext } from '../fault.ts'
import { deliver } from '../load/providers.ts'
import type { Supervised } from '../stack/supervise.ts'
import { BUDGET } from './budgets.ts'
import { ignoredEvents } from './extra-events.ts'

/** Kills one process after another at random moments. */
async function killAtRandom({ random }: FaultContext, apps: Supervised[], times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    await pause(random.between(200, 900))
    const app = apps[time % apps.length]
    await app?.kill('SIGKILL')
  }
}

/** Restarts one after the other, each ready before the next, as a rolling deploy does. */
async function roll(apps: Supervised[]): Promise<void> {
  for (const app of apps) {
    await app.kill('SIGTERM')
    await pause(600)
    await app.ready()
  }
}

/** A connection may be refused during a restart, but a request that was accepted must be answered. */
function reportBrokenRequests({ traffic, problems }: FaultContext): void {
  for (const { event, attempts } of traffic.deliveries)
    for (const { error, ingest } of attempts)
      if (error !== undefined && error !== 'ECONNREFUSED')
        problems.push(`${event.id}: ${error} at ingest-${ingest + 1}`)
}

function reportUncleanExits({ problems }: FaultContext, apps: Supervised[]): void {
  for (const { name, ends } of apps)
    for (const exitCode of ends) if (exitCode !== 0) problems.push(`${name} ended with ${exitCode}`)
}

export const processes: Fault[] = [
  {
    id: 'F1',
    title: 'Workers are killed with -9, twelve times',
    budgetSeconds: BUDGET.deadWorker,
    inject: async (context) => {
      await killAtRandom(context, context.workers, 12)
    },
  },
  {
    id: 'F4c',
    title: 'Ingests are killed with -9, twelve times',
    budgetSeconds: BUDGET.swept,
    inject: async (context) => {
      await killAtRandom(context, context.ingests, 12)
    },
  },
  {
    id: 'F5',
    title: 'Requests break off half-way, and come again',
    budgetSeconds: BUDGET.redisBack,
    inject: async ({ ingests, traffic, query, problems }) => {
      const events = ignoredEvents('cut', 40)
      await withChaosProxy({ host: '127.0.0.1', port: Number(new URL(ingests[0]?.url ?? '').port) }, async (proxy) => {
        await proxy.set({ cutAfterBytes: 400 })
        const route = { ingests: [{ url: `http://127.0.0.1:${proxy.port}` }], secrets: traffic.secrets }
        const once = events.map((event) => deliver({ event, attempts: [], acknowledgedAt: null }, route, 0, 1))
        await Promise.all(once)
      })
      const ids = events.map(({ id }) => id)
      const halves = await query('SELECT event_id FROM webhook_events WHERE event_id = ANY ($1)', [ids])
      if (halves.length > 0) problems.push(`${halves.length} events were taken that had not come whole`)
      await Promise.all(events.map((event) => traffic.send(event)))
    },
  },
  {
    id: 'F6',
    title: 'Ingests are told to end, one after the other, ten times',
    rate: 100,
    budgetSeconds: BUDGET.redisBack,
    inject: async (context) => {
      for (let time = 0; time < 5; time += 1) await roll(context.ingests)
      reportUncleanExits(context, context.ingests)
      reportBrokenRequests(context)
    },
  },
  {
    id: 'F7',
    title: 'Workers are told to end, one after the other, nine times',
    rate: 100,
    budgetSeconds: BUDGET.redisBack,
    inject: async (context) => {
      for (let time = 0; time < 3; time += 1) await roll(context.workers)
      reportUncleanExits(context, context.workers)
    },
  },
  {
    id: 'F8',
    title: 'Workers are told to end while Redis is down',
    seconds: 1,
    budgetSeconds: BUDGET.deadWorker,
    env: { SHUTDOWN_TIMEOUT_MS: '5000' },
    inject: async ({ redis, workers, problems }) => {
      await redis.stop()
      const startedAt = Date.now()
      await Promise.all(workers.map((worker) => worker.kill('SIGTERM')))
      const seconds = (Date.now() - startedAt) / 1_000
      if (seconds > 6) problems.push(`it took workers ${seconds.toFixed(1)} s to end, of 5`)
      return () => redis.start()
    },
  },
  {
    id: 'F9',
    title: 'A worker has a second to end, and work for longer',
    budgetSeconds: BUDGET.deadWorker,
    inject: async ({ workers, smtp }) => {
      smtp.failWith({ slowMs: 5_000 })
      await pause(2_000)
      const [worker] = workers
      const over = worker?.kill('SIGTERM')
      await pause(1_000)
      worker?.process().kill('SIGKILL')
      await over
      smtp.recover()
    },
  },
  {
    id: 'F11',
    title: 'A worker is frozen for 20 s, longer than its locks, and goes on',
    seconds: 20,
    budgetSeconds: BUDGET.deadWorker,
    inject: async ({ workers: [worker] }) => {
      worker?.process().freeze()
      return async () => worker?.process().thaw()
    },
  },
  {
    id: 'F42',
    title: 'Everything is deployed anew, one after the other',
    rate: 100,
    budgetSeconds: BUDGET.redisBack,
    inject: async (context) => {
      await roll([...context.ingests, ...context.workers])
      reportUncleanExits(context, [...context.ingests, ...context.workers])
      reportBrokenRequests(context)
    },
  },
  {
    id: 'F53',
    title: 'An ingest has no file descriptors left for 5 s',
    budgetSeconds: BUDGET.redisBack,
    inject: async ({ ingests: [ingest], problems }) => {
      const port = Number(new URL(ingest?.url ?? '').port)
      const pid = ingest?.process().pid ?? 0
      await limitFiles(pid, 60)
      const sockets = Array.from({ length: 100 }, () => connect(port, '127.0.0.1').on('error', () => {}))
      await pause(5_000)
      for (const socket of sockets) socket.destroy()
      await limitFiles(pid, 4_096)
      if (ingest && ingest.ends.length > 0) problems.push('the ingest did not survive it')
    },
  },
  {
    id: 'F55',
    title: 'Everything starts while both stores are down, which come 10 s later',
    seconds: 0,
    budgetSeconds: BUDGET.deadWorker,
    mayAnswer: [503],
    inject: async (context) => {
      const apps = [...context.ingests, ...context.workers]
      await Promise.all([context.redis.stop(), context.postgres.stop()])
      await Promise.all(apps.map((app) => app.kill('SIGKILL')))
      const ends = apps.map((app) => app.ends.length)
      await pause(10_000)
      for (const [index, { name, url, ends: now }] of apps.entries()) {
        if (now.length !== ends[index]) context.problems.push(`${name} ended while it waited for its stores`)
        const ready = await fetch(`${url}/readyz`).catch(() => null)
        if (ready?.status !== 503)
          context.problems.push(`${name} answered ${ready?.status} when asked whether it was ready`)
      }
      const stores = context.random.chance(0.5) ? [context.redis, context.postgres] : [context.postgres, context.redis]
      for (const store of stores) await store.start()
      const backAt = Date.now()
      await eventually(async () => {
        for (const app of apps) await app.ready()
      }, 30_000)
      const seconds = (Date.now() - backAt) / 1_000
      if (seconds > 3) context.problems.push(`it took ${seconds.toFixed(1)} s until all were ready`)
    },
  },
]

/** Sets the limit of open files of a running process. */
async function limitFiles(pid: number, files: number): Promise<void> {
  await promisify(execFile)('prlimit', ['--pid', `${pid}`, `--nofile=${files}:`])
}
