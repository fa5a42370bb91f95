import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { eventually } from '@sluice/testing'
import type { Fault, FaultContext } from '../fault.ts'
import { allSay, ask, metric } from '../stack/ask-app.ts'
import { askRedis } from '../stack/ask-redis.ts'
import { BUDGET } from './budgets.ts'
import { ofSize } from './payloads.ts'

const MEGABYTE = 1024 * 1024
/** Memory that Redis may use beyond what it uses now. */
const ROOM_BYTES = 24 * MEGABYTE
const BODIES = 40
/** A worker without Redis tries again once a second or so. */
const COMMANDS_A_SECOND_MAX = 2_000

const info = ({ redis }: FaultContext, section: string, name: string): Promise<number> =>
  askRedis(redis.url, async (admin) => Number(new RegExp(`${name}:(\\d+)`).exec(await admin.info(section))?.[1]))

async function setMemory({ redis }: FaultContext, bytes: number): Promise<void> {
  await askRedis(redis.url, (admin) => admin.config('SET', 'maxmemory', `${bytes}`))
}

export const fullRedis: Fault[] = [
  {
    id: 'F67',
    title: 'Bodies fill Redis while Postgres is down, and every worker restarts',
    budgetSeconds: BUDGET.deadWorker,
    mayAnswer: [503],
    inject: async (context) => {
      const { postgres, traffic, workers, problems, notes } = context
      await setMemory(context, (await info(context, 'memory', 'used_memory')) + ROOM_BYTES)
      await postgres.stop()
      const sending = Array.from({ length: BODIES }, (_, index) =>
        traffic.send(ofSize(MEGABYTE - 1, `evt_full_${index}`)),
      )
      await pause(8_000)
      await Promise.all(workers.map((worker) => worker.kill('SIGKILL')))
      const connections = await info(context, 'stats', 'total_connections_received')
      await pause(8_000)
      const more = (await info(context, 'stats', 'total_connections_received')) - connections
      notes.push(`${more} connections to Redis in 8 s while Postgres was down`)
      if (more > 1_000) problems.push(`workers opened ${more} connections to Redis in 8 s`)
      await postgres.start()
      await Promise.all(workers.map((worker) => worker.ready()))
      void Promise.all(sending)
      context.afterRecovery.push(() => setMemory(context, 0))
      return undefined
    },
  },
  {
    id: 'F78',
    title: 'Redis cannot save its snapshot and refuses every write (MISCONF) for 30 s',
    budgetSeconds: BUDGET.redisCut,
    inject: async (context) => {
      const { redis, workers, problems } = context
      const [, folder = ''] = await askRedis(redis.url, (admin) => admin.config('GET', 'dir') as Promise<string[]>)
      const obstacle = join(folder, 'dump.rdb')
      await mkdir(join(obstacle, 'x'), { recursive: true })
      await askRedis(redis.url, async (admin) => {
        await admin.config('SET', 'save', '3600 1')
        await admin.bgsave()
      })
      await eventually(async () => {
        const status = await askRedis(redis.url, (admin) => admin.info('persistence'))
        if (!status.includes('rdb_last_bgsave_status:err')) throw new Error('Redis still takes writes')
      })
      const [up, ready] = await Promise.all([
        allSay(workers, 'the queue is down, in webhook_store_up', async (app) => {
          return (await metric(app, 'webhook_store_up', 'store="queue"')) === 0
        }),
        allSay(workers, 'it is not ready', async (app) => (await ask(app, '/readyz')).status === 503),
      ])
      problems.push(...up, ...ready)
      await pause(10_000)
      if (![...context.ingests, ...workers].some(({ output }) => output().includes('MISCONF')))
        problems.push('no log says MISCONF')
      return async () => {
        await rm(obstacle, { recursive: true })
        await askRedis(redis.url, (admin) => admin.config('SET', 'save', ''))
      }
    },
    seconds: 0,
  },
  {
    id: 'F84',
    title: 'The Redis user of the apps may not use INFO',
    budgetSeconds: BUDGET.deadWorker,
    inject: async (context) => {
      const { redis, ingests, workers, problems, notes } = context
      await askRedis(redis.url, (admin) =>
        admin.call('ACL', 'SETUSER', 'noinfo', 'on', '>without', '~*', '&*', '+@all', '-info'),
      )
      const url = new URL(redis.url)
      url.username = 'noinfo'
      url.password = 'without'
      const apps = [...ingests, ...workers]
      for (const app of apps) app.change({ REDIS_URL: url.href })
      await Promise.all(apps.map((app) => app.kill('SIGTERM')))
      await pause(3_000)
      const [before, from] = [await info(context, 'stats', 'total_commands_processed'), Date.now()]
      await pause(8_000)
      const tries = (await info(context, 'stats', 'total_commands_processed')) - before
      const rate = Math.round((tries * 1_000) / (Date.now() - from))
      notes.push(`${rate} commands a second at Redis`)
      const limit = COMMANDS_A_SECOND_MAX + 100 * (context.traffic.deliveries.length / 10)
      if (rate > limit) problems.push(`Redis got ${rate} commands a second`)
      for (const app of apps) app.change({})
      await Promise.all(apps.map((app) => app.kill('SIGTERM')))
      await Promise.all(apps.map((app) => app.ready()))
    },
  },
]
