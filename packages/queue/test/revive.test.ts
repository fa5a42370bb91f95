import { expect, test } from '@jest/globals'
import { eventually, withRedis } from '@sluice/testing'
import { Queue } from 'bullmq'
import type { Redis } from 'ioredis'
import { createConsumer, createProducer, type EventJobData, type Producer, QUEUES } from '../src/index.ts'

const OPTIONS = { concurrency: 4, backoffFirstMs: 5, backoffMaxMs: 50 }
const jobOf = (eventId: string) => ({ provider: 'stripe', eventId, type: 'invoice.paid', id: '7', isLate: true })
const JOB = jobOf('evt_1')
const KEY = 'sluice:webhook-events'

interface Parts {
  producer: Producer
  redis: Redis
  queue: Queue<EventJobData>
  processed: EventJobData[]
  run(): void
}

const withQueue = (use: (parts: Parts) => Promise<void>) =>
  withRedis(async ({ url }) => {
    const producer = createProducer(url)
    const queue = new Queue(QUEUES.events, { prefix: 'sluice', connection: { url } })
    const processed: EventJobData[] = []
    const take = async (job: { data: EventJobData }) => processed.push(job.data)
    const { worker, disconnect } = createConsumer<EventJobData>(url, QUEUES.events, take, OPTIONS)
    try {
      await eventually(() => producer.probe())
      await use({ producer, redis: producer.redis as Redis, queue, processed, run: () => void worker.run() })
    } finally {
      await worker.close()
      disconnect()
      await Promise.all([queue.close(), producer.close()])
    }
  })

test('a job that is in no list is replaced once its row is late, and others stay as they are', () =>
  withQueue(async ({ producer, redis, queue, processed, run }) => {
    for (const eventId of ['evt_1', 'evt_waits']) await producer.enqueue(jobOf(eventId))
    await queue.add('invoice.paid', jobOf('evt_delayed'), { jobId: 'stripe-evt_delayed', delay: 60_000 })
    expect(await redis.lrem(`${KEY}:wait`, 0, 'stripe-evt_1')).toBe(1)

    expect(await producer.revive([{ ...JOB, isLate: false }])).toBe(0)
    expect(await producer.revive(['evt_1', 'evt_waits', 'evt_delayed'].map(jobOf))).toBe(1)
    expect(await queue.getJobCounts('waiting', 'delayed')).toEqual({ waiting: 2, delayed: 1 })
    expect(await producer.revive(['evt_1', 'evt_waits', 'evt_delayed'].map(jobOf))).toBe(0)
    run()
    await eventually(() => expect(processed.map(({ eventId }) => eventId).sort()).toEqual(['evt_1', 'evt_waits']))
  }))

test('a job of an effect that is in no list is replaced as well', () =>
  withQueue(async ({ producer, redis }) => {
    await producer.enqueueEffects([{ id: 'effect_5', delayMs: 0 }])
    expect(await redis.lrem('sluice:effects:wait', 0, 'effect_5')).toBe(1)
    expect(await producer.reviveEffects([{ id: 'effect_5', isLate: true }])).toBe(1)
    expect(await redis.lrange('sluice:effects:wait', 0, -1)).toEqual(['effect_5'])
  }))

test('a finished job that is in no list is replaced', () =>
  withQueue(async ({ producer, redis, queue, processed, run }) => {
    await producer.enqueue(JOB)
    run()
    await eventually(async () => expect(await queue.getCompletedCount()).toBe(1))
    await redis.zrem(`${KEY}:completed`, 'stripe-evt_1')
    expect(await producer.revive([{ ...JOB, isLate: false }])).toBe(1)
    await eventually(() => expect(processed).toHaveLength(2))
  }))

test('a job that names the row of another event is corrected', () =>
  withQueue(async ({ producer, queue, processed, run }) => {
    await queue.add('x', { provider: 'stripe', eventId: 'evt_1', id: '8' }, { jobId: 'stripe-evt_1' })
    expect(await producer.revive([JOB])).toBe(0)
    run()
    await eventually(() => expect(processed).toEqual([{ provider: 'stripe', eventId: 'evt_1', id: '7' }]))
  }))

test('a key that is no job keeps no other event waiting', () =>
  withQueue(async ({ producer, redis, queue }) => {
    await redis.set(`${KEY}:stripe-evt_1`, 'no hash')
    expect(await producer.revive([JOB, jobOf('evt_2')])).toBe(1)
    expect(await queue.getWaitingCount()).toBe(1)
    await expect(producer.revive([JOB])).rejects.toThrow('WRONGTYPE')
  }))
