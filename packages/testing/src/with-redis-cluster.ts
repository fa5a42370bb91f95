import { freePort } from '@sluice/dev-services'
import { Redis } from 'ioredis'
import { eventually } from './eventually.ts'
import { type TestRedis, withRedis } from './with-redis.ts'

export interface TestRedisCluster {
  url: string
  /** Each can be crashed and started again, with the slots that it had. */
  masters: TestRedis[]
  /** How many keys each master holds. */
  sizes(): Promise<number[]>
}

const MASTERS = 3
const SLOTS = 16_384
/** Milliseconds until the others notice that a node is down. */
const NODE_TIMEOUT_MS = 1_000

/**
 * A Redis Cluster of three masters without replicas for one test, deleted afterwards: it serves nothing while one is down
 * (https://redis.io/docs/latest/operate/oss_and_stack/management/scaling/).
 */
export const withRedisCluster = <T>(use: (cluster: TestRedisCluster) => Promise<T>): Promise<T> => withNodes([], use)

async function withNodes<T>(nodes: TestNode[], use: (cluster: TestRedisCluster) => Promise<T>): Promise<T> {
  if (nodes.length === MASTERS) return withJoined(nodes, use)
  const busPort = await freePort()
  const settings = {
    'cluster-enabled': 'yes',
    'cluster-config-file': 'nodes.conf',
    'cluster-node-timeout': `${NODE_TIMEOUT_MS}`,
    'cluster-port': `${busPort}`,
  }
  return withRedis((redis) => withNodes([...nodes, { redis, busPort }], use), settings)
}

interface TestNode {
  redis: TestRedis
  busPort: number
}

async function withJoined<T>(nodes: TestNode[], use: (cluster: TestRedisCluster) => Promise<T>): Promise<T> {
  const masters = nodes.map(({ redis }) => redis)
  await Promise.all(nodes.map(giveSlots))
  for (const { redis, busPort } of nodes.slice(1)) {
    await ask(masters[0], 'CLUSTER', 'MEET', '127.0.0.1', new URL(redis.url).port, busPort)
  }
  await eventually(() => Promise.all(masters.map(expectWhole)))
  return use({
    url: masters.map(({ url }) => url).join(','),
    masters,
    sizes: async () => (await Promise.all(masters.map((master) => ask(master, 'DBSIZE')))).map(Number),
  })
}

async function giveSlots({ redis }: TestNode, index: number): Promise<void> {
  const firstOf = (node: number) => Math.floor((node * SLOTS) / MASTERS)
  await ask(redis, 'CLUSTER', 'SET-CONFIG-EPOCH', index + 1)
  await ask(redis, 'CLUSTER', 'ADDSLOTSRANGE', firstOf(index), firstOf(index + 1) - 1)
}

async function expectWhole(master: TestRedis): Promise<void> {
  const info = String(await ask(master, 'CLUSTER', 'INFO'))
  if (!info.includes('cluster_state:ok') || !info.includes(`cluster_known_nodes:${MASTERS}`)) throw new Error(info)
}

async function ask(node: TestRedis | undefined, command: string, ...args: (string | number)[]): Promise<unknown> {
  const client = new Redis(node?.url ?? '', { lazyConnect: true, retryStrategy: () => null })
  await client.connect()
  try {
    return await client.call(command, ...args)
  } finally {
    client.disconnect()
  }
}
