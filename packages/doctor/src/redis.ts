import { clusterNodes } from '@sluice/queue'
import { Redis } from 'ioredis'
import { checkClock } from './clock.ts'
import { type Finding, failed, found, good, skipped } from './finding.ts'

/** Whether every Redis of the queue evicts nothing, and keeps what it has on its disk. Reads alone. @throws where none answers */
export function checkRedisSettings(url: string, production: boolean): Promise<Finding[]> {
  const nodes = clusterNodes(url)
  const check = (redis: Redis) => checkServer(redis, production)
  return nodes ? checkCluster(nodes, check) : withRedis(url, check)
}

/** One finding per check: the first bad one of any master, else a good one. */
async function checkCluster(nodes: string[], check: (redis: Redis) => Promise<Finding[]>): Promise<Finding[]> {
  const { state, masters } = await Promise.any(nodes.map((node) => withRedis(node, (redis) => clusterOf(redis, node))))
  if (state !== 'ok')
    return [failed('Redis', `cluster_state is ${state}: redis-cli --cluster check says which node is down.`)]
  const [first = [], ...others] = await Promise.all(masters.map((master) => withRedis(master, check)))
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

async function checkServer(redis: Redis, production: boolean): Promise<Finding[]> {
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
    await checkFailedSnapshots(redis),
    checkMemory(await setting(redis, 'maxmemory'), production),
  ]
}

/** The setting counts only with `save`: https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/ */
async function checkFailedSnapshots(redis: Redis): Promise<Finding> {
  const [check, name] = ['Failed snapshots', 'stop-writes-on-bgsave-error']
  const [save, stops] = [await setting(redis, 'save'), await setting(redis, name)]
  if (stops === 'yes' && save === '') return good(check, 'none are taken, so none can stop writes')
  return expectSetting(check, name, stops, ['no'])
}

/** Outside production, all memory of the machine may do. */
function checkMemory(bytes: string | undefined, production: boolean): Finding {
  const check = 'Redis memory'
  if (bytes === undefined)
    return skipped(check, 'not checked: this Redis does not tell maxmemory, because CONFIG and INFO are not allowed')
  if (bytes !== '0') return good(check, `maxmemory ${bytes}`)
  const text = 'maxmemory is 0, so Redis may use all memory'
  if (!production) return good(check, text)
  return found(check, `${text} until the system ends it: set it to half of what its machine or container has.`)
}

/** Fields of `INFO memory` with the same value as a setting. */
const IN_INFO: Record<string, string> = { 'maxmemory-policy': 'maxmemory_policy', maxmemory: 'maxmemory' }

/** Managed services may refuse `CONFIG`. Undefined if neither that nor `INFO` tells the setting. */
async function setting(redis: Redis, name: string): Promise<string | undefined> {
  const answer = (await redis.config('GET', name).catch(() => [])) as string[]
  if (answer[1] !== undefined) return answer[1]
  const field = IN_INFO[name]
  return field && new RegExp(`^${field}:(\\S+)`, 'm').exec(await redis.info('memory').catch(() => ''))?.[1]
}

function expectSetting(check: string, name: string, value: string | undefined, wanted: string[]): Finding {
  if (value === undefined)
    return skipped(check, `not checked: this Redis does not tell ${name}, because CONFIG is not allowed`)
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
