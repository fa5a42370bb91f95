import { expect, test } from '@jest/globals'
import { eventually, withPostgres, withRedisCluster } from '@sluice/testing'
import { UnrecoverableError } from 'bullmq'
import { Cluster } from 'ioredis'
import { erasePerson } from '../src/erase-person.ts'
import { createConsumers, createProducer, openQueues, QUEUES, type QueueStore } from '../src/index.ts'

const FAILED = Array.from({ length: 12 }, (_, index) => (index % 2 === 0 ? 'cus_1' : 'cus_2'))

const carrying = (eventId: string, customerId: string) => ({
  provider: 'stripe',
  eventId,
  type: 'customer.updated',
  event: {
    provider: 'stripe',
    eventId,
    type: 'customer.updated',
    account: null,
    livemode: true,
    apiVersion: null,
    customerId,
    subscriptionId: null,
    orderingKey: `stripe::${customerId}`,
    occurredAt: null,
    headers: {},
    rawBody: Buffer.from(customerId),
  },
})

const ofFirst = {
  isTheirs: ({ customerId }: { customerId: string | null }) => customerId === 'cus_1',
  userIds: ['user_1'],
}

/** Failed jobs of two customers, and one of the first that waits: the first is taken out of the failed ones. */
async function expectErased(store: QueueStore): Promise<void> {
  const producer = createProducer(store)
  const refuse = async () => {
    throw new UnrecoverableError('no')
  }
  const options = { concurrency: 2, backoffFirstMs: 5, backoffMaxMs: 5 }
  const consumers = createConsumers(store, QUEUES.events, refuse, options)
  const { queues, close } = await openQueues(store)
  try {
    await eventually(() => producer.probe())
    for (const { worker } of consumers) worker.run().catch(() => {})
    await Promise.all(FAILED.map((customer, index) => producer.enqueue(carrying(`evt_${index}`, customer))))
    await eventually(async () =>
      expect((await producer.counts())[QUEUES.events]).toMatchObject({ failed: FAILED.length }),
    )
    await Promise.all(consumers.map(({ worker }) => worker.close()))
    await producer.enqueue(carrying('evt_waiting', 'cus_1'))

    expect(await erasePerson(store, ofFirst)).toEqual({ erased: FAILED.length / 2, waiting: 1 })
    const jobs = await Promise.all(queues.map((queue) => queue.getJobs(['failed'])))
    const left = jobs.flat().flatMap(({ data }) => data.event?.customerId ?? [])
    expect(left).toEqual(FAILED.filter((customer) => customer === 'cus_2'))
    expect(await erasePerson(store, ofFirst)).toEqual({ erased: 0, waiting: 1 })
  } finally {
    await Promise.all(consumers.map(({ worker }) => worker.close()))
    for (const { disconnect } of consumers) disconnect()
    await close()
    await producer.close()
  }
}

async function expectCacheErased(store: QueueStore, redis: Cluster): Promise<void> {
  try {
    for (const user of ['user_1', 'user_2']) await redis.set(`features:${user}`, '{}')
    await erasePerson(store, ofFirst)
    expect([await redis.get('features:user_1'), await redis.get('features:user_2')]).toEqual([null, '{}'])
  } finally {
    redis.disconnect()
  }
}

test('forget takes a person out of failed jobs and of the cache on a Cluster, whose jobs are spread over shards', () =>
  withRedisCluster(async ({ url }) => {
    await expectErased({ url, shards: 3, prefix: 'sluice' })
    await expectCacheErased({ url, shards: 3, prefix: 'sluice' }, new Cluster(url.split(',')))
  }))

test('likewise in Postgres, which has no cache', () =>
  withPostgres(({ url }) => expectErased({ url, shards: 1, prefix: 'sluice' })))
