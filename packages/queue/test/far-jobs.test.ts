import { expect, test } from '@jest/globals'
import { withRedis } from '@sluice/testing'
import { Queue } from 'bullmq'
import { createProducer, QUEUES } from '../src/index.ts'

const DAY_MS = 86_400_000

test('jobs that a worker with a wrong clock has delayed run now, and the delays of others stay', () =>
  withRedis(async (redis) => {
    const producer = createProducer(redis.url)
    const queue = new Queue(QUEUES.events, {
      connection: { url: redis.url },
      prefix: producer.prefixes[0] as string,
    })
    try {
      await producer.redis?.ping().catch(() => undefined)
      const timestamp = Date.now() + DAY_MS // as by a clock that is a day ahead
      await queue.add('x', {}, { jobId: 'by-a-wrong-clock', delay: 1_000, timestamp })
      await queue.add('x', {}, { jobId: 'for-two-days', delay: 2 * DAY_MS })
      await queue.add('x', {}, { jobId: 'for-a-minute', delay: 60_000 })
      expect(await producer.bringForward()).toBe(1)
      expect(await queue.getJobState('by-a-wrong-clock')).toBe('waiting')
      expect(await queue.getJobCounts('delayed', 'waiting')).toEqual({ delayed: 2, waiting: 1 })
      expect(await producer.bringForward()).toBe(0)
    } finally {
      await queue.close()
      await producer.close()
    }
  }))
