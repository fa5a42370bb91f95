import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Placement } from '@sluice/database/pool'
import { ROLES, type Role } from '@sluice/database/roles'
import { type LocalPostgres, type LocalRedis, startPostgres, startRedis } from '@sluice/dev-services'
import { readEnv } from '@sluice/runtime/environment'
import {
  databaseUrl as databaseAddress,
  placementOf,
  placementVariables,
  queuePrefix,
  redisUrl as redisAddress,
} from '@sluice/runtime/settings'

export interface Stores {
  /** As owner. The next four are the same database with the role of one process, the last of them the host application. */
  databaseUrl: string
  ingestDatabaseUrl: string
  workerDatabaseUrl: string
  boardDatabaseUrl: string
  hostDatabaseUrl: string
  databaseSchema: string
  rolePrefix: string
  /** As owner. The next three are the same Redis with the user of one process. */
  redisUrl: string
  ingestRedisUrl: string
  workerRedisUrl: string
  boardRedisUrl: string
  /** Stops the stores that were started here. */
  stop(): Promise<void>
}

const STORE_SHAPE = {
  DATABASE_URL: databaseAddress.optional(),
  REDIS_URL: redisAddress.optional(),
  QUEUE_PREFIX: queuePrefix,
}

const TRIAL = 'No Redis found: the queue is in Postgres, which is for trials only. Install redis-server for real use.'

/** The stores of `DATABASE_URL` and `REDIS_URL` if set, else stores on this machine with their data in `directory`. */
export async function startStores(directory: string, say: (line: string) => void, env = process.env): Promise<Stores> {
  const { QUEUE_PREFIX: prefix } = readEnv(STORE_SHAPE, env)
  const placement = placementOf(readEnv(placementVariables, env))
  const postgres = env['DATABASE_URL'] ? null : await startOwnPostgres(directory, placement)
  if (postgres) say(`✓ Postgres on port ${postgres.port}${taken(postgres.adopted)}`)
  try {
    const redis = env['REDIS_URL'] ? null : await startRedis({ directory: redisFolder(directory, env), prefix })
    if (redis) say(`✓ Redis on port ${redis.port}${taken(redis.adopted)}`)
    const databaseUrl = env['DATABASE_URL'] || (postgres?.url as string)
    if (!redis && !env['REDIS_URL']) say(TRIAL)
    return {
      databaseUrl,
      databaseSchema: placement.schema,
      rolePrefix: placement.rolePrefix,
      ...roleUrls(postgres, databaseUrl, placement, env),
      ...redisUrls(redis, env['REDIS_URL'] || databaseUrl),
      stop: async () => {
        await redis?.stop()
        await postgres?.stop()
      },
    }
  } catch (error) {
    await postgres?.stop()
    throw error
  }
}

const startOwnPostgres = (directory: string, { schema, rolePrefix }: Placement): Promise<LocalPostgres> =>
  startPostgres({
    directory: join(directory, 'postgres'),
    users: ROLES.map((role) => rolePrefix + role),
    searchPath: `${schema}, public`,
  })

/** Jobs belong to one database. Those of another one than ours are in a Redis of their own. */
export function redisFolder(directory: string, { DATABASE_URL: url }: NodeJS.ProcessEnv): string {
  if (!url || !existsSync(join(directory, 'postgres'))) return join(directory, 'redis')
  const { host, pathname } = new URL(url)
  return join(
    directory,
    `redis-${createHash('sha256')
      .update(host + pathname)
      .digest('hex')
      .slice(0, 8)}`,
  )
}

const taken = (adopted: boolean): string => (adopted ? ', still running from before' : '')

/** Our own server has a role for each process. For any other server, the role's login must be in the environment. */
function roleUrls(postgres: LocalPostgres | null, url: string, { rolePrefix }: Placement, env: NodeJS.ProcessEnv) {
  const roleUrl = (role: Role) =>
    env[`${role.toUpperCase()}_DATABASE_URL`] || (postgres?.urlOf(rolePrefix + role) ?? url)
  return {
    ingestDatabaseUrl: roleUrl('ingest'),
    workerDatabaseUrl: roleUrl('worker'),
    boardDatabaseUrl: roleUrl('board'),
    hostDatabaseUrl: roleUrl('host'),
  }
}

/** Our own Redis has a user for each process. Any other one is used as its address says. */
function redisUrls(redis: LocalRedis | null, url: string) {
  return {
    redisUrl: redis?.url ?? url,
    ingestRedisUrl: redis?.urlOf('sluice_ingest') ?? url,
    workerRedisUrl: redis?.urlOf('sluice_worker') ?? url,
    boardRedisUrl: redis?.urlOf('sluice_board') ?? url,
  }
}
