import { eventually } from '@sluice/testing'
import type { FaultContext } from '../fault.ts'
import { askRedis } from '../stack/ask-redis.ts'

/** Resources of the stores that the apps use. */
export interface Resources {
  postgresConnections: number
  redisConnections: number
  redisKeys: number
}

/** Pools close a connection after ten idle seconds. */
const LET_GO_MS = 20_000
/** Tolerance: a connection may be closing, or an app may be asking. */
const MORE_CONNECTIONS = 6
/** Two queues keep a thousand finished jobs each, and there are failed jobs and the queues' own keys. */
const KEYS_MAX = 2_200

export async function resourcesInUse({ query, redis }: Pick<FaultContext, 'query' | 'redis'>): Promise<Resources> {
  const [row] = await query<{ count: number }>(
    `SELECT count(*)::int FROM pg_stat_activity WHERE application_name ~ '^sluice-(ingest|worker)'`,
  )
  return askRedis(redis.url, async (admin) => ({
    postgresConnections: row?.count ?? 0,
    redisConnections: Number(/connected_clients:(\d+)/.exec(await admin.info('clients'))?.[1]),
    redisKeys: await admin.dbsize(),
  }))
}

/** Waits for the apps to release what a fault made them take, and reports the rest. */
export async function checkLeaks(
  context: Pick<FaultContext, 'query' | 'redis'>,
  before: Resources,
): Promise<{ after: Resources; wrong: string[] }> {
  let after = before
  let wrong: string[] = []
  await eventually(async () => {
    after = await resourcesInUse(context)
    wrong = leaksOf(before, after)
    if (wrong.length > 0) throw new Error('not released')
  }, LET_GO_MS).catch(() => {})
  return { after, wrong }
}

export function leaksOf(before: Resources, after: Resources): string[] {
  const connections = (['postgresConnections', 'redisConnections'] as const)
    .filter((name) => !(after[name] <= before[name] + MORE_CONNECTIONS))
    .map((name) => `leaked: ${after[name]} ${name}, ${before[name]} before`)
  if (after.redisKeys <= before.redisKeys + KEYS_MAX) return connections
  return [...connections, `leaked: ${after.redisKeys} keys in Redis, ${before.redisKeys} before`]
}
