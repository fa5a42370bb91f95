import { DEFAULT_PREFIX, QUEUES } from '@sluice/queue'
import type { Stack } from '@sluice/testing'
import { Redis } from 'ioredis'

const keyOf = (name: string): string => `${DEFAULT_PREFIX}:${QUEUES.effects}:${name}`

/**
 * As though the locks of a worker that died had run out, and the seconds were over in which they are looked for: the
 * next worker to start gives its effects back to the queue.
 */
export async function noticeDeath({ redis: { url } }: Pick<Stack, 'redis'>): Promise<void> {
  const redis = new Redis(url)
  try {
    const ids = await redis.lrange(keyOf('active'), 0, -1)
    if (ids.length > 0) await redis.sadd(keyOf('stalled'), ...ids)
    await redis.del(keyOf('stalled-check'), ...ids.map((id) => keyOf(`${id}:lock`)))
  } finally {
    redis.disconnect()
  }
}
