import type { Stores } from '../world/stores.ts'

/** What Redis needs for all of its keys, by its own count. */
export async function redisBytes({ redis }: Stores): Promise<number> {
  let bytes = 0
  for await (const keys of redis.scanStream({ count: 1_000 })) {
    const pipeline = redis.pipeline()
    for (const key of keys as string[]) pipeline.memory('USAGE', key, 'SAMPLES', 0)
    for (const [, usage] of (await pipeline.exec()) ?? []) bytes += Number(usage)
  }
  return bytes
}
