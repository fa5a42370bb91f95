import { execFile } from 'node:child_process'
import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { eventually, withChaosProxy } from '@sluice/testing'
import type { Fault } from '../fault.ts'
import { deliver } from '../load/providers.ts'
import type { Supervised } from '../world/supervised.ts'
import type { World } from '../world/world.ts'
import { BUDGET } from './budgets.ts'
import { harmless } from './extra-events.ts'

/** Ends processes at moments nobody chose, each when the one before is there again. */
async function killAtRandom({ random }: World, apps: Supervised[], times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    await pause(random.between(200, 900))
    const app = apps[time % apps.length]
    await app?.kill('SIGKILL')
  }
}

/** One after the other, each ready before the next: as a rolling deploy does. */
async function roll(apps: Supervised[]): Promise<void> {
  for (const app of apps) {
    await app.kill('SIGTERM')
    await pause(600)
    await app.ready()
  }
}

/** Nobody listens for a moment; but a request that somebody had is to be answered. */
function blameBroken({ traffic, wrong }: World): void {
  for (const { event, attempts } of traffic.journal)
    for (const { error, ingest } of attempts)
      if (error !== undefined && error !== 'ECONNREFUSED') wrong.push(`${event.id}: ${error} at ingest-${ingest + 1}`)
}

function blameUnclean({ wrong }: World, apps: Supervised[]): void {
  for (const { name, ends } of apps)
    for (const exitCode of ends) if (exitCode !== 0) wrong.push(`${name} ended with ${exitCode}`)
}

export const processes: Fault[] = [
  {
    id: 'F1',
    title: 'Workers are killed with -9, twelve times',
    budgetSeconds: BUDGET.deadWorker,
    inject: async (world) => {
      await killAtRandom(world, world.workers, 12)
    },
  },
  {
    id: 'F4c',
    title: 'Ingests are killed with -9, twelve times',
    budgetSeconds: BUDGET.swept,
    inject: async (world) => {
      await killAtRandom(world, world.ingests, 12)
    },
  },
  {
    id: 'F5',
    title: 'Requests break off half-way, and come again',
    budgetSeconds: BUDGET.redisBack,
    inject: async ({ ingests, traffic, query, wrong }) => {
      const events = harmless('cut', 40)
      await withChaosProxy({ host: '127.0.0.1', port: Number(new URL(ingests[0]?.url ?? '').port) }, async (proxy) => {
        await proxy.set({ cutAfterBytes: 400 })
        const route = { ingests: [{ url: `http://127.0.0.1:${proxy.port}` }], secrets: traffic.secrets }
        const once = events.map((event) => deliver({ event, attempts: [], acknowledgedAt: null }, route, 0, 1))
        await Promise.all(once)
      })
      const ids = events.map(({ id }) => id)
      const halves = await query('SELECT event_id FROM webhook_events WHERE event_id = ANY ($1)', [ids])
      if (halves.length > 0) wrong.push(`${halves.length} events were taken that had not come whole`)
      await Promise.all(events.map((event) => traffic.send(event)))
    },
  },
  {
    id: 'F6',
    title: 'Ingests are told to end, one after the other, ten times',
    rate: 100,
    budgetSeconds: BUDGET.redisBack,
    inject: async (world) => {
      for (let time = 0; time < 5; time += 1) await roll(world.ingests)
      blameUnclean(world, world.ingests)
      blameBroken(world)
    },
  },
  {
    id: 'F7',
    title: 'Workers are told to end, one after the other, nine times',
    rate: 100,
    budgetSeconds: BUDGET.redisBack,
    inject: async (world) => {
      for (let time = 0; time < 3; time += 1) await roll(world.workers)
      blameUnclean(world, world.workers)
    },
  },
  {
    id: 'F8',
    title: 'Workers are told to end while Redis is away',
    seconds: 1,
    budgetSeconds: BUDGET.deadWorker,
    env: { SHUTDOWN_TIMEOUT_MS: '5000' },
    inject: async ({ redis, workers, wrong }) => {
      await redis.stop()
      const startedAt = Date.now()
      await Promise.all(workers.map((worker) => worker.kill('SIGTERM')))
      const seconds = (Date.now() - startedAt) / 1_000
      if (seconds > 6) wrong.push(`it took workers ${seconds.toFixed(1)} s to end, of 5`)
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
    inject: async (world) => {
      await roll([...world.ingests, ...world.workers])
      blameUnclean(world, [...world.ingests, ...world.workers])
      blameBroken(world)
    },
  },
  {
    id: 'F53',
    title: 'An ingest has no file descriptors left for 5 s',
    budgetSeconds: BUDGET.redisBack,
    inject: async ({ ingests: [ingest], wrong }) => {
      const port = Number(new URL(ingest?.url ?? '').port)
      const pid = ingest?.process().pid ?? 0
      await limitFiles(pid, 60)
      const sockets = Array.from({ length: 100 }, () => connect(port, '127.0.0.1').on('error', () => {}))
      await pause(5_000)
      for (const socket of sockets) socket.destroy()
      await limitFiles(pid, 4_096)
      if (ingest && ingest.ends.length > 0) wrong.push('the ingest did not survive it')
    },
  },
  {
    id: 'F55',
    title: 'Everything starts while both stores are away, which come 10 s later',
    seconds: 0,
    budgetSeconds: BUDGET.deadWorker,
    mayAnswer: [503],
    inject: async (world) => {
      const apps = [...world.ingests, ...world.workers]
      await Promise.all([world.redis.stop(), world.postgres.stop()])
      await Promise.all(apps.map((app) => app.kill('SIGKILL')))
      const ends = apps.map((app) => app.ends.length)
      await pause(10_000)
      for (const [index, { name, url, ends: now }] of apps.entries()) {
        if (now.length !== ends[index]) world.wrong.push(`${name} ended while it waited for its stores`)
        const ready = await fetch(`${url}/readyz`).catch(() => null)
        if (ready?.status !== 503) world.wrong.push(`${name} answered ${ready?.status} when asked whether it was ready`)
      }
      const stores = world.random.chance(0.5) ? [world.redis, world.postgres] : [world.postgres, world.redis]
      for (const store of stores) await store.start()
      const backAt = Date.now()
      await eventually(async () => {
        for (const app of apps) await app.ready()
      }, 30_000)
      const seconds = (Date.now() - backAt) / 1_000
      if (seconds > 3) world.wrong.push(`it took ${seconds.toFixed(1)} s until all were ready`)
    },
  },
]

/** As `prlimit` does, on a process that runs. */
async function limitFiles(pid: number, files: number): Promise<void> {
  await promisify(execFile)('prlimit', ['--pid', `${pid}`, `--nofile=${files}:`])
}
