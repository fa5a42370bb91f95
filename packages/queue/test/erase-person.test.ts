import { expect, test } from '@jest/globals'
import { withRedis } from '@sluice/testing'
import { Queue } from 'bullmq'
import { Redis } from 'ioredis'
import { erasePerson } from '../src/erase-person.ts'
import { DEFAULT_PREFIX, QUEUES } from '../src/names.ts'

const carrying = (eventId: string, customerId: string) => ({
  provider: 'stripe',
  eventId,
  event: {
    provider: 'stripe',
    eventId,
    account: null,
    customerId,
    orderingKey: `stripe::${customerId}`,
    rawBody: 'e30=',
  },
})

test('takes a person out of finished jobs and of the cache, counts those that wait, and leaves others as they are', () =>
  withRedis(async ({ url }) => {
    const redis = new Redis(url, { maxRetriesPerRequest: null })
    const queue = new Queue(QUEUES.events, { connection: redis, prefix: DEFAULT_PREFIX })
    try {
      await queue.addBulk([
        { name: 'a', data: carrying('evt_waiting', 'cus_1'), opts: { jobId: 'job-waiting' } },
        { name: 'a', data: carrying('evt_failed', 'cus_1'), opts: { jobId: 'job-failed' } },
        { name: 'a', data: carrying('evt_other', 'cus_2'), opts: { jobId: 'job-other' } },
        { name: 'a', data: { provider: 'stripe', eventId: 'evt_ids' }, opts: { jobId: 'job-ids' } },
        { name: 'a', data: { event: 'forged' }, opts: { jobId: 'job-forged' } },
      ])
      // As a worker leaves jobs that it has refused.
      for (const id of ['job-failed', 'job-other']) {
        await redis.lrem(`${DEFAULT_PREFIX}:${QUEUES.events}:wait`, 1, id)
        await redis.zadd(`${DEFAULT_PREFIX}:${QUEUES.events}:failed`, Date.now(), id)
      }
      await redis.mset({ 'features:user_1': 'x', 'features:user_2': 'x' })

      const counts = await erasePerson(url, {
        isTheirs: ({ customerId }) => customerId === 'cus_1',
        userIds: ['user_1'],
      })

      expect(counts).toEqual({ erased: 1, waiting: 1 })
      expect((await queue.getJob('job-failed'))?.data).toEqual({ provider: 'stripe', eventId: 'evt_failed' })
      expect((await queue.getJob('job-waiting'))?.data).toEqual(carrying('evt_waiting', 'cus_1'))
      expect((await queue.getJob('job-other'))?.data).toEqual(carrying('evt_other', 'cus_2'))
      expect(await redis.keys('features:*')).toEqual(['features:user_2'])
    } finally {
      await queue.close()
      redis.disconnect()
    }
  }))

test('fails if the store does not answer', () =>
  expect(erasePerson('redis://127.0.0.1:1', { isTheirs: () => true, userIds: [] })).rejects.toThrow())
