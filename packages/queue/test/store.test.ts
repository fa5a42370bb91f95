import { describe, expect, test } from '@jest/globals'
import { eventually, withRedis, withRedisCluster } from '@sluice/testing'
import {
  clusterNodes,
  createConsumers,
  createProducer,
  openQueues,
  prefixesOf,
  QUEUES,
  type QueueStore,
  shardOf,
} from '../src/index.ts'

const OPTIONS = { concurrency: 6, backoffFirstMs: 5, backoffMaxMs: 50 }
const EFFECTS = Array.from({ length: 20 }, (_, n) => `effect-${n}`)
const JOBS = Array.from({ length: 60 }, (_, n) => ({ provider: 'stripe', eventId: `evt_${n}`, type: 'invoice.paid' }))

describe('an address', () => {
  test.each([
    ['redis://a', null],
    ['rediss://u:p@a:6380/0', null],
    ['postgres://a/b', null],
    ['redis+cluster://a:1', ['redis://a:1']],
    ['redis+cluster://u:p@a:1,b:2', ['redis://u:p@a:1', 'redis://b:2']],
    ['redis://a:1, rediss://b:2', ['redis://a:1', 'rediss://b:2']],
  ])('%s names these nodes of a Cluster: %j', (url, nodes) => {
    expect(clusterNodes(url)).toEqual(nodes)
  })

  test.each([
    ['redis://a', 1, ['sluice']],
    ['redis://a', 2, ['{sluice-0}', '{sluice-1}']],
    ['redis://a,redis://b', 1, ['{sluice-0}']],
    ['redis+cluster://a', 2, ['{sluice-0}', '{sluice-1}']],
    ['postgres://a/b', 3, ['sluice']],
  ])('%s with %i shards has keys that begin with %j', (url, shards, prefixes) => {
    expect(prefixesOf({ url, shards, prefix: 'sluice' })).toEqual(prefixes)
  })
})

describe('the shard of a job', () => {
  const ids = Array.from({ length: 3_000 }, (_, n) => `stripe-evt_${n}`)

  test('is always the same, in this release and the next', () => {
    expect(['stripe-evt_1', 'stripe-evt_2', 'replicate-msg_1', ''].map((id) => shardOf(id, 8))).toEqual([7, 6, 1, 2])
    expect(ids.map((id) => shardOf(id, 1))).toEqual(ids.map(() => 0))
  })

  test.each([2, 3, 64])('is each of %i about as often as the others', (shards) => {
    const counts = Array.from({ length: shards }, () => 0)
    for (const id of ids) counts[shardOf(id, shards)] = (counts[shardOf(id, shards)] ?? 0) + 1
    expect(Math.min(...counts)).toBeGreaterThan(ids.length / shards / 2)
    expect(Math.max(...counts)).toBeLessThan((ids.length / shards) * 2)
  })
})

test('jobs on one Redis are spread, counted together, and each is done once', () =>
  withRedis(({ url }) => expectSpread({ url, shards: 3, prefix: 'sluice' })))

test('jobs on a Cluster are spread, counted together, and each is done once', () =>
  withRedisCluster(async ({ url, sizes }) => {
    await expectSpread({ url, shards: 3, prefix: 'sluice' })
    for (const size of await sizes()) expect(size).toBeGreaterThan(5)
  }))

async function expectSpread(store: QueueStore): Promise<void> {
  const producer = createProducer(store)
  const done: (string | undefined)[] = []
  const take = async ({ id }: { id?: string }) => done.push(id)
  const consumers = createConsumers(store, QUEUES.events, take, OPTIONS)
  const { queues, close } = await openQueues(store)
  try {
    await eventually(() => producer.probe())
    await Promise.all([...JOBS, ...JOBS].map((job) => producer.enqueue(job)))
    await producer.enqueueEffects(EFFECTS.map((id) => ({ id, delayMs: 0 })))

    expect(await producer.counts()).toMatchObject({
      [QUEUES.events]: { waiting: JOBS.length },
      [QUEUES.effects]: { waiting: EFFECTS.length },
    })
    const waiting = await Promise.all(queues.slice(0, 3).map((queue) => queue.getWaitingCount()))
    expect(waiting.reduce((sum, count) => sum + count)).toBe(JOBS.length)
    for (const count of waiting) expect(count).toBeGreaterThan(5)

    for (const { worker } of consumers) worker.run().catch(() => {})
    await eventually(async () =>
      expect((await producer.counts())[QUEUES.events]).toMatchObject({ completed: JOBS.length }),
    )
    expect(new Set(done).size).toBe(JOBS.length)
    expect(done).toHaveLength(JOBS.length)
    expect(await producer.revive(JOBS.slice(0, 7))).toBe(7)
    await eventually(() => expect(done).toHaveLength(JOBS.length + 7))
  } finally {
    await Promise.all(consumers.map(({ worker }) => worker.close()))
    for (const { disconnect } of consumers) disconnect()
    await close()
    await producer.close()
  }
}
