import { availableParallelism, loadavg } from 'node:os'
import type { FaultContext } from './fault.ts'
import { askRedis } from './stack/ask-redis.ts'

/** The machine that a run was made on. */
export interface Machine {
  cpus: number
  /** Load average of the last minute, other programs included. */
  load: number
  node: string
  postgres: string
  redis: string
}

export async function machineOf({ query, redis }: Pick<FaultContext, 'query' | 'redis'>): Promise<Machine> {
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
