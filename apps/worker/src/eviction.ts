import type { Redis } from 'ioredis'

/**
 * Any eviction policy but `noeviction` lets Redis throw away parts of a queue
 * (https://docs.bullmq.io/guide/going-to-production#max-memory-policy). Returns the wrong one, or null.
 */
export async function wrongEvictionPolicy(redis: Redis): Promise<string | null> {
  const memory = await redis.info('memory')
  const policy = /maxmemory_policy:(\S+)/.exec(memory)?.[1] ?? 'noeviction'
  return policy === 'noeviction' ? null : policy
}
