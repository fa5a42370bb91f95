import { Redis } from 'ioredis'
import { checkClock } from './clock.ts'
import { type Finding, failed, good, tryTo } from './finding.ts'
import { checkWorkers } from './workers.ts'

const START = 'Is it running, and is REDIS_URL its address?'

/** Whether the queue store keeps what it is given. */
export function checkRedis(url: string | undefined): Promise<Finding[]> {
  if (!url) return Promise.resolve([failed('Redis', 'REDIS_URL is not set. Set it, or run npm start first.')])
  if (/^postgres/.test(url)) return Promise.resolve([failed('Redis', 'The queue is in Postgres: for trying out only.')])
  return tryTo('Redis', START, async () => {
    const findings = await withRedis(url, look)
    // A worker does not start on a Redis that forgets: that is named first.
    return findings.some(({ verdict }) => verdict === 'failed') ? findings : [...findings, await checkWorkers(url)]
  })
}

async function look(redis: Redis): Promise<Finding[]> {
  const before = Date.now()
  const [seconds, microseconds] = await redis.time()
  const time = Number(seconds) * 1000 + Number(microseconds) / 1000
  return [
    good('Redis', 'answers'),
    checkClock('Redis clock', time, before),
    expectSetting('Eviction', 'maxmemory-policy', await setting(redis, 'maxmemory-policy'), ['noeviction']),
    expectSetting('Append-only file', 'appendonly', await setting(redis, 'appendonly'), ['yes']),
    expectSetting('Append-only sync', 'appendfsync', await setting(redis, 'appendfsync'), ['always', 'everysec']),
  ]
}

/** Managed services may refuse `CONFIG`: then `INFO` knows the one that matters most. */
async function setting(redis: Redis, name: string): Promise<string | undefined> {
  const answer = (await redis.config('GET', name).catch(() => [])) as string[]
  if (answer[1] !== undefined) return answer[1]
  const info = await redis.info('memory')
  return name === 'maxmemory-policy' ? /maxmemory_policy:(\S+)/.exec(info)?.[1] : undefined
}

function expectSetting(check: string, name: string, value: string | undefined, wanted: string[]): Finding {
  if (value !== undefined && wanted.includes(value)) return good(check, `${name} ${value}`)
  return failed(check, `${name} is ${value ?? 'not told'}: set it to ${wanted[0]} in redis.conf.`)
}

async function withRedis<T>(url: string, use: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url.split(',')[0]?.replace('redis+cluster:', 'redis:') ?? url, {
    lazyConnect: true,
    connectTimeout: 3_000,
    commandTimeout: 3_000,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  })
  redis.on('error', () => {}) // the command reports it
  try {
    await redis.connect()
    return await use(redis)
  } finally {
    redis.disconnect()
  }
}
