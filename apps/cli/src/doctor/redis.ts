import { clusterNodes } from '@sluice/queue'
import { Redis } from 'ioredis'
import { queueStoreOf, type Settings } from '../lib/settings.ts'
import { checkClock } from './clock.ts'
import { type Finding, failed, good, skipped, tryTo } from './finding.ts'
import { checkWorkers } from './workers.ts'
import { checkRedisWrites } from './writes.ts'

const START = 'Is it running, and is REDIS_URL its address?'

/** Checks that the queue's store answers, evicts nothing and persists its data. */
export function checkRedis(settings: Settings): Promise<Finding[]> {
  const { redisUrl: url } = settings
  if (!url) return Promise.resolve([failed('Redis', 'REDIS_URL is not set. Set it, or run npm start first.')])
  if (/^postgres/.test(url))
    return Promise.resolve([failed('Redis', 'The queue is in Postgres, which is for trials only.')])
  const store = queueStoreOf(settings)
  return tryTo('Redis', START, async () => {
    const nodes = clusterNodes(url)
    const findings = nodes ? await checkCluster(nodes) : await withRedis(url, checkServer)
    // Workers are checked only if these checks pass, because a worker may not start without them.
    const isUnfit = findings.some(({ verdict }) => verdict === 'failed')
    if (isUnfit) return findings
    const writes = await checkRedisWrites(store)
    return writes.verdict === 'good' ? [...findings, writes, await checkWorkers(store)] : [...findings, writes]
  })
}

/** One finding per check: the first bad one of any master, else a good one. */
async function checkCluster(nodes: string[]): Promise<Finding[]> {
  const { state, masters } = await Promise.any(nodes.map((node) => withRedis(node, (redis) => clusterOf(redis, node))))
  if (state !== 'ok')
    return [failed('Redis', `cluster_state is ${state}: redis-cli --cluster check says which node is down.`)]
  const [first = [], ...others] = await Promise.all(masters.map((master) => withRedis(master, checkServer)))
  const all = [first, ...others]
  return first.map((finding, line) => all.map((of) => of[line]).find((of) => of?.verdict !== 'good') ?? finding)
}

/** @param node the address of the connection. Its credentials are valid for all nodes. */
async function clusterOf(redis: Redis, node: string): Promise<{ state: string | undefined; masters: string[] }> {
  const info = String(await redis.cluster('INFO'))
  const slots = await redis.cluster('SLOTS')
  const masters = slots.flatMap(([, , master]) => (master ? [addressOf(master, node)] : []))
  return { state: /cluster_state:(\S+)/.exec(info)?.[1], masters: [...new Set(masters)] }
}

function addressOf([host, port]: readonly [host: string, port: number, ...rest: unknown[]], node: string): string {
  const url = new URL(node)
  url.host = `${host || url.hostname}:${port}`
  return url.href
}

async function checkServer(redis: Redis): Promise<Finding[]> {
  const before = Date.now()
  const [seconds, microseconds] = await redis.time()
  const time = Number(seconds) * 1000 + Number(microseconds) / 1000
  return [
    good('Redis', 'answers'),
    checkClock('Redis clock', time, before),
    expectSetting('Eviction', 'maxmemory-policy', await setting(redis, 'maxmemory-policy'), ['noeviction']),
    expectSetting('Append-only file', 'appendonly', await setting(redis, 'appendonly'), ['yes']),
    expectSetting('Append-only sync', 'appendfsync', await setting(redis, 'appendfsync'), ['always', 'everysec']),
    expectSetting('Snapshots', 'save', await setting(redis, 'save'), ['']),
  ]
}

/** Managed services may refuse `CONFIG`. The eviction policy, the most important setting, is also in `INFO`. */
async function setting(redis: Redis, name: string): Promise<string | undefined> {
  const answer = (await redis.config('GET', name).catch(() => [])) as string[]
  if (answer[1] !== undefined) return answer[1]
  const info = await redis.info('memory')
  return name === 'maxmemory-policy' ? /maxmemory_policy:(\S+)/.exec(info)?.[1] : undefined
}

function expectSetting(check: string, name: string, value: string | undefined, wanted: string[]): Finding {
  if (value === undefined) return skipped(check, `not checked: this Redis does not tell ${name}`)
  if (wanted.includes(value)) return good(check, `${name} ${value || '""'}`)
  return failed(check, `${name} is ${value}: set it to ${wanted[0] || '""'} in redis.conf.`)
}

async function withRedis<T>(url: string, use: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: 3_000,
    commandTimeout: 3_000,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  })
  redis.on('error', () => {}) // each command reports its own failure
  try {
    await redis.connect()
    return await use(redis)
  } finally {
    redis.disconnect()
  }
}
