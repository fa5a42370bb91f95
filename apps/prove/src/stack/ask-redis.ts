import { Redis } from 'ioredis'

/** Uses Redis on a connection of its own, with all rights. */
export async function askRedis<T>(url: string, use: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null })
  await redis.connect()
  try {
    return await use(redis)
  } finally {
    redis.disconnect()
  }
}
