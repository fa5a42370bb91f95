import { availableParallelism, loadavg } from 'node:os'
import { askRedis } from './world/ask-redis.ts'
import type { World } from './world/world.ts'

/** On what a run was made. */
export interface Machine {
  cpus: number
  /** Of the last minute: what else was running shows here. */
  load: number
  node: string
  postgres: string
  redis: string
}

export async function machineOf({ query, redis }: Pick<World, 'query' | 'redis'>): Promise<Machine> {
  const [postgres] = await query<{ version: string }>(`SELECT split_part(version(), ' ', 2) AS version`)
  const info = await askRedis(redis.url, (admin) => admin.info('server'))
  return {
    cpus: availableParallelism(),
    load: Number(loadavg()[0]?.toFixed(1)),
    node: process.versions.node,
    postgres: postgres?.version ?? '',
    redis: /redis_version:(\S+)/.exec(info)?.[1] ?? '',
  }
}
