import type { Redis } from 'ioredis'
import { askRedis } from '../stack/ask-redis.ts'

/** Command that reads a whole value, by its type. */
const READS: Record<string, [command: string, ...after: string[]]> = {
  string: ['GET'],
  list: ['LRANGE', '0', '-1'],
  set: ['SMEMBERS'],
  zset: ['ZRANGE', '0', '-1', 'WITHSCORES'],
  hash: ['HGETALL'],
  stream: ['XRANGE', '-', '+'],
}

/** Every key with its value, byte by byte, as one text. */
export const readAll = (url: string): Promise<string> =>
  askRedis(url, async (redis) => {
    const texts: string[] = []
    let cursor = '0'
    do {
      const [next, keys] = await redis.scanBuffer(cursor, 'COUNT', 500)
      texts.push(...(await Promise.all(keys.map((key) => read(redis, key)))))
      cursor = next.toString()
    } while (cursor !== '0')
    return texts.join('\n')
  })

async function read(redis: Redis, key: Buffer): Promise<string> {
  const type = await redis.type(key)
  const [command, ...after] = READS[type] ?? []
  if (!command) return textOf(key) // expired since the scan
  return `${textOf(key)} ${textOf(await redis.callBuffer(command, key, ...after))}`
}

function textOf(value: unknown): string {
  if (Buffer.isBuffer(value)) return value.toString('latin1')
  return Array.isArray(value) ? value.map(textOf).join(' ') : String(value)
}
