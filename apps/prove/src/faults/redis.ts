import { setTimeout as pause } from 'node:timers/promises'
import { eventually } from '@sluice/testing'
import type { Redis } from 'ioredis'
import type { Fault, FaultContext } from '../fault.ts'
import { askRedis } from '../stack/ask-redis.ts'
import { BUDGET } from './budgets.ts'
import { failOver } from './fail-over.ts'
import { losePower } from './power-loss.ts'

const asAdmin = <T>({ redis }: Pick<FaultContext, 'redis'>, use: (admin: Redis) => Promise<T>): Promise<T> =>
  askRedis(redis.url, use)

const restart = (seconds: number) => ({
  title: `Redis stops for ${seconds} s`,
  seconds,
  budgetSeconds: BUDGET.redisCut,
  inject: async ({ redis }: FaultContext) => {
    await redis.stop()
    return () => redis.start()
  },
})

export const redis: Fault[] = [
  { id: 'F12', ...restart(3) },
  { id: 'F12b', ...restart(20) },
  {
    id: 'F13',
    title: 'Redis is killed with -9, its log is kept',
    seconds: 2,
    budgetSeconds: BUDGET.redisCut,
    inject: async ({ redis }) => {
      await redis.crash()
      return () => redis.start()
    },
  },
  {
    id: 'F14',
    title: 'Redis loses its power, and what it had not synced',
    seconds: 1,
    budgetSeconds: BUDGET.redisCut,
    inject: async (context) => {
      const info = await asAdmin(context, (admin) => admin.info('server'))
      await losePower(context, Number(/process_id:(\d+)/.exec(info)?.[1]), 4_000)
      return () => context.redis.start()
    },
  },
  {
    id: 'F17',
    title: 'Redis answers nothing for 15 s',
    seconds: 15,
    budgetSeconds: BUDGET.redisCut,
    inject: async ({ redis }) => {
      redis.freeze()
      return async () => redis.thaw()
    },
  },
  {
    id: 'F18',
    title: 'Redis is full',
    seconds: 6,
    budgetSeconds: BUDGET.swept,
    inject: async (context) => {
      await asAdmin(context, (admin) => admin.config('SET', 'maxmemory', '1'))
      return () => asAdmin(context, (admin) => admin.config('SET', 'maxmemory', '0')).then(() => {})
    },
  },
  {
    id: 'F19',
    title: 'Redis evicts, and every worker restarts: none works on it',
    budgetSeconds: BUDGET.deadWorker,
    inject: async (context) => {
      await asAdmin(context, (admin) => admin.config('SET', 'maxmemory-policy', 'allkeys-lru'))
      await Promise.all(context.workers.map((worker) => worker.kill('SIGTERM')))
      await eventually(() => {
        const silent = context.workers.filter(({ output }) => !output().includes('set maxmemory-policy to noeviction'))
        if (silent.length > 0) throw new Error(`${silent.map(({ name }) => name)} did not say why`)
      }, 30_000).catch(({ message }) => context.problems.push(message))
      return async () => {
        await asAdmin(context, (admin) => admin.config('SET', 'maxmemory-policy', 'noeviction'))
        await Promise.all(context.workers.map((worker) => worker.ready()))
      }
    },
  },
  {
    id: 'F21',
    title: 'Redis is emptied with FLUSHALL, three times',
    budgetSeconds: BUDGET.swept,
    inject: async ({ redis }) => {
      for (let time = 0; time < 3; time += 1) {
        await redis.flush()
        await pause(1_000)
      }
    },
  },
  {
    id: 'F22',
    title: 'Redis takes no writes for 8 s: it is a replica of nobody',
    seconds: 8,
    budgetSeconds: BUDGET.redisCut,
    inject: async (context) => {
      await asAdmin(context, (admin) => admin.replicaof('127.0.0.1', 1))
      return () => asAdmin(context, (admin) => admin.replicaof('NO', 'ONE')).then(() => {})
    },
  },
  {
    id: 'F23',
    title: 'Redis dies, and a replica that is 3 s behind takes its place',
    budgetSeconds: BUDGET.deadWorker,
    inject: async (context) => {
      const lost = await failOver(context, 3_000)
      context.notes.push(`${lost} bytes of writes were lost with the primary`)
      if (!(lost > 0)) context.problems.push('the replica was not behind')
    },
  },
  {
    id: 'F25',
    title: 'Redis closes every connection, each second for 10 s',
    budgetSeconds: BUDGET.redisCut,
    inject: async (context) => {
      for (let second = 0; second < 10; second += 1) {
        await asAdmin(context, (admin) => admin.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes'))
        await pause(1_000)
      }
    },
  },
]
