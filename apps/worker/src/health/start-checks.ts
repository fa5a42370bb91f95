import type { Pool } from '@sluice/database/pool'
import { excessRights } from '@sluice/database/roles'
import type { Producer } from '@sluice/queue'
import type { Logger } from '@sluice/runtime/logger'
import type { Environment } from '../environment.ts'

/** A role that may do more than the worker needs turns a break-in here into one everywhere. */
export async function warnOfRights(pool: Pool, logger: Logger): Promise<void> {
  const excess = await excessRights(pool, 'sluice_worker').catch(() => [])
  if (excess.length > 0) logger.warn('Database role has more rights than it needs', { reason: 'WORKER_DATABASE_URL' })
}

/** A key of one mode finds nothing that events of the other name (https://docs.stripe.com/keys#test-live-modes). */
export function warnOfMode({ STRIPE_API_KEY: key, LIVEMODE }: Environment, logger: Logger): void {
  const isLive = key?.split('_')[1] === 'live'
  if (key === undefined || LIVEMODE === undefined || isLive === LIVEMODE) return
  logger.warn(`The key is of ${isLive ? 'live' : 'test'} mode, LIVEMODE says the other`, { reason: 'STRIPE_API_KEY' })
}

/**
 * Any eviction policy but `noeviction` lets Redis throw away parts of a queue
 * (https://docs.bullmq.io/guide/going-to-production#max-memory-policy): production refuses to start on one.
 */
export async function refuseEviction({ redis, memory }: Producer, production: boolean, logger: Logger): Promise<void> {
  if (!redis) return
  const check = async () => {
    const policy = (await memory()).map(evictionPolicy).find((one) => one !== 'noeviction')
    if (policy === undefined) return
    logger.error(`Redis evicts by ${policy}: set maxmemory-policy to noeviction, or jobs disappear`)
    if (production) process.exit(1)
  }
  if (redis.status === 'ready') await check()
  else redis.once('ready', () => void check().catch(() => {})) // it is not there yet: ask as soon as it is
}

const evictionPolicy = (memory: string): string => /maxmemory_policy:(\S+)/.exec(memory)?.[1] ?? 'noeviction'
