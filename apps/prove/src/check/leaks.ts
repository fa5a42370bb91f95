import { eventually } from '@sluice/testing'
import { askRedis } from '../world/ask-redis.ts'
import type { World } from '../world/world.ts'

/** What the apps hold of the stores. */
export interface Held {
  postgresConnections: number
  redisConnections: number
  redisKeys: number
}

/** Pools end a connection that nobody used for ten seconds. */
const LET_GO_MS = 20_000
/** A connection may be about to end, or an app about to ask. */
const MORE_CONNECTIONS = 6
/** A thousand jobs that are done are kept in each queue of two; and what failed, and the queues themselves. */
const KEYS_MAX = 2_200

export async function heldBy({ query, redis }: Pick<World, 'query' | 'redis'>): Promise<Held> {
  const [row] = await query<{ count: number }>(
    `SELECT count(*)::int FROM pg_stat_activity WHERE application_name IN ('sluice-ingest', 'sluice-worker')`,
  )
  return askRedis(redis.url, async (admin) => ({
    postgresConnections: row?.count ?? 0,
    redisConnections: Number(/connected_clients:(\d+)/.exec(await admin.info('clients'))?.[1]),
    redisKeys: await admin.dbsize(),
  }))
}

/** What is not given back once all is calm, of what a fault made the apps take. */
export async function checkLeaks(
  world: Pick<World, 'query' | 'redis'>,
  before: Held,
): Promise<{ after: Held; wrong: string[] }> {
  let after = before
  let wrong: string[] = []
  await eventually(async () => {
    after = await heldBy(world)
    wrong = leaksOf(before, after)
    if (wrong.length > 0) throw new Error('not given back')
  }, LET_GO_MS).catch(() => {})
  return { after, wrong }
}

export function leaksOf(before: Held, after: Held): string[] {
  const connections = (['postgresConnections', 'redisConnections'] as const)
    .filter((name) => !(after[name] <= before[name] + MORE_CONNECTIONS))
    .map((name) => `leaked: ${after[name]} ${name}, ${before[name]} before`)
  if (after.redisKeys <= before.redisKeys + KEYS_MAX) return connections
  return [...connections, `leaked: ${after.redisKeys} keys in Redis, ${before.redisKeys} before`]
}
