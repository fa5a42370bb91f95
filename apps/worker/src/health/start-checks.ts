import { adviseMove, type Pool, SHARES_SESSIONS, sharesSessions } from '@sluice/database/pool'
import { excessRights } from '@sluice/database/roles'
import type { Producer } from '@sluice/queue'
import { withDeadline } from '@sluice/runtime/deadline'
import type { Logger } from '@sluice/runtime/logger'
import { placementOf } from '@sluice/runtime/settings'
import type { Environment } from '../environment.ts'

/** Excess rights would let an attacker who controls the worker do more than the worker can. */
export async function warnOfRights(pool: Pool, logger: Logger): Promise<void> {
  const excess = await excessRights(pool, 'worker').catch(() => [])
  if (excess.length > 0) logger.warn('Database role has more rights than it needs', { reason: 'WORKER_DATABASE_URL' })
}

/** The tables of version 0.1.0 stay where they are until an operator moves them. */
export async function warnOfOldSchema(pool: Pool, env: Environment, logger: Logger): Promise<void> {
  const advice = await adviseMove(pool, placementOf(env)).catch(() => undefined)
  if (advice) logger.warn(advice, { reason: 'DATABASE_SCHEMA' })
}

/** Longest wait of a start for Postgres. */
const POOLER_MS = 5_000

/** A pooler loses the time limits of a session: the worker refuses to start behind one. In an outage it cannot tell. */
export async function refusePooler(pool: Pool, logger: Logger): Promise<void> {
  const found = withDeadline(sharesSessions(pool), POOLER_MS, 'Looking for a pooler')
  if (!(await found.catch(() => false))) return
  logger.error(`WORKER_DATABASE_URL ${SHARES_SESSIONS}`, { reason: 'pooler' })
  process.exit(1)
}

/** A key of one mode cannot fetch objects of the other (https://docs.stripe.com/keys#test-live-modes). */
export function warnOfMode({ STRIPE_API_KEY: key, LIVEMODE, NODE_ENV }: Environment, logger: Logger): void {
  if (NODE_ENV === 'production' && LIVEMODE === undefined)
    logger.warn('LIVEMODE is not set: events of test mode are recorded, but give no access')
  const isLive = key?.split('_')[1] === 'live'
  if (key === undefined || LIVEMODE === undefined || isLive === LIVEMODE) return
  logger.warn(`The key belongs to ${isLive ? 'live' : 'test'} mode, but LIVEMODE is ${LIVEMODE}`, {
    reason: 'STRIPE_API_KEY',
  })
}

/**
 * With any eviction policy but `noeviction`, Redis may delete parts of a queue
 * (https://docs.bullmq.io/guide/going-to-production#max-memory-policy): In production the worker refuses to start then.
 */
export async function refuseEviction({ redis, memory }: Producer, production: boolean, logger: Logger): Promise<void> {
  if (!redis) return
  const check = async () => {
    const policy = (await memory()).map(evictionPolicy).find((one) => one !== 'noeviction')
    if (policy === undefined) return
    logger.error(`Redis may delete jobs (policy ${policy}): set maxmemory-policy to noeviction`)
    if (production) process.exit(1)
  }
  // A start does not fail because Redis or this machine is slow: the check goes on until there is an answer.
  const untilAnswered = (): Promise<void> =>
    check().catch(() => {
      setTimeout(untilAnswered, CHECK_AGAIN_MS).unref()
    })
  if (redis.status === 'ready') await untilAnswered()
  else redis.once('ready', untilAnswered) // not connected yet: check once it is
}

const CHECK_AGAIN_MS = 1_000

const evictionPolicy = (memory: string): string => /maxmemory_policy:(\S+)/.exec(memory)?.[1] ?? 'noeviction'
