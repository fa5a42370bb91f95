import { describe, expect, test } from '@jest/globals'
import { eventually, withRedis } from '@sluice/testing'
import { Queue } from 'bullmq'
import { backoffMs, createConsumer, createProducer, type EventJobData, eventIn, jobIdOf, QUEUES } from '../src/index.ts'

const OPTIONS = { concurrency: 4, backoffFirstMs: 5, backoffMaxMs: 50 }
const JOB = { provider: 'stripe', eventId: 'evt_1', type: 'invoice.paid', id: '7' }

describe('a producer', () => {
  test('puts the same event on the queue once, by ids only', () =>
    withRedis(async ({ url }) => {
      const producer = createProducer(url)
      try {
        await eventually(() => producer.probe())
        await Promise.all(Array.from({ length: 50 }, () => producer.enqueue(JOB)))

        expect((await producer.counts())[QUEUES.events]).toMatchObject({ waiting: 1 })
        expect(JSON.parse((await producer.redis?.hget('sluice:webhook-events:stripe-evt_1', 'data')) ?? '')).toEqual({
          provider: 'stripe',
          eventId: 'evt_1',
          id: '7',
        })
      } finally {
        await producer.close()
      }
    }))

  test('puts webhooks before the objects of an import and the events of a replay', () =>
    withRedis(async ({ url }) => {
      const producer = createProducer(url)
      const done: string[] = []
      const work = async ({ data }: { data: EventJobData }) => void done.push(data.eventId)
      const { worker, disconnect } = createConsumer<EventJobData>(url, QUEUES.events, work, {
        ...OPTIONS,
        concurrency: 1,
      })
      try {
        await eventually(() => producer.probe())
        const imported = ['import-1', 'import-2'].map((eventId) => ({ ...JOB, eventId, type: 'import.customer' }))
        await Promise.all(imported.map((job) => producer.enqueue(job)))
        const replayed = ['evt_2', 'evt_3'].map((eventId) => ({ ...JOB, eventId, isRevision: true }))
        expect(await producer.revive(replayed)).toBe(2)
        await producer.enqueue(JOB)
        expect(await producer.waitingIn(0)).toBe(5)
        expect(await producer.revive(imported)).toBe(0)
        worker.run().catch(() => {})
        await eventually(async () => expect(done).toHaveLength(5))
        expect(done[0]).toBe(JOB.eventId)

        await worker.pause()
        expect(await producer.revive([{ ...JOB, isRevision: true }])).toBe(1)
        await producer.enqueue({ ...JOB, eventId: 'evt_4' })
        await worker.resume()
        await eventually(async () => expect(done).toHaveLength(7))
        expect(done[5]).toBe('evt_4')
      } finally {
        await Promise.all([worker.close(), producer.close()])
        await disconnect()
      }
    }))

  test('reports effects as paused once all of their shards are', () =>
    withRedis(async ({ url }) => {
      const producer = createProducer({ url, shards: 2, prefix: 'sluice' })
      const shards = producer.prefixes.map((prefix) => new Queue(QUEUES.effects, { prefix, connection: { url } }))
      try {
        await eventually(() => producer.probe())
        expect(await producer.areEffectsPaused()).toBe(false)
        await shards[0]?.pause()
        expect(await producer.areEffectsPaused()).toBe(false)
        await shards[1]?.pause()
        expect(await producer.areEffectsPaused()).toBe(true)
      } finally {
        await Promise.all([producer, ...shards].map((one) => one.close()))
      }
    }))

  test('brings back a job that has ended, where adding it again would do nothing', () =>
    withRedis(async ({ url }) => {
      const producer = createProducer(url)
      let runs = 0
      const { worker, disconnect } = createConsumer<EventJobData>(url, QUEUES.events, async () => ++runs, OPTIONS)
      try {
        await eventually(() => producer.probe())
        worker.run().catch(() => {})
        await producer.enqueue(JOB)
        await eventually(async () => expect((await producer.counts())[QUEUES.events]).toMatchObject({ completed: 1 }))

        await producer.enqueue(JOB)
        expect(await producer.revive([JOB, { ...JOB, eventId: 'evt_2', id: '8' }])).toBe(2)

        await eventually(async () => expect((await producer.counts())[QUEUES.events]).toMatchObject({ completed: 2 }))
        expect(runs).toBe(3)
      } finally {
        await worker.close()
        disconnect()
        await producer.close()
      }
    }))

  test.each(['stopped', 'frozen', 'not there yet'])(
    'rejects within a second when Redis is %s, and works again after',
    (how) =>
      withRedis(async (redis) => {
        if (how === 'not there yet') await redis.stop()
        const producer = createProducer(redis.url)
        try {
          if (how !== 'not there yet') await eventually(() => producer.probe())
          if (how === 'stopped') await redis.stop()
          if (how === 'frozen') redis.freeze()

          const startedAt = Date.now()
          await expect(producer.enqueue(JOB)).rejects.toThrow()
          expect(Date.now() - startedAt).toBeLessThan(1_500)

          if (how === 'frozen') redis.thaw()
          else await redis.start()
          await eventually(() => producer.enqueue(JOB))
          expect((await producer.counts())[QUEUES.events]).toMatchObject({ waiting: 1 })
        } finally {
          await producer.close()
        }
      }),
  )
})

test('an event that rides in a job arrives as it was', () =>
  withRedis(async ({ url }) => {
    const event = {
      ...{ provider: 'stripe', eventId: 'evt_1', type: 't', account: null, livemode: true, apiVersion: null },
      ...{ orderingKey: 'k', customerId: null, subscriptionId: null, headers: { 'user-agent': 'x' } },
      occurredAt: new Date(1_767_600_000_000),
      rawBody: Buffer.from([0, 255, 10, 195, 40]),
    }
    const producer = createProducer(url)
    const arrived: unknown[] = []
    const take = async (job: { data: EventJobData }) => arrived.push(eventIn(job.data))
    const { worker, disconnect } = createConsumer<EventJobData>(url, QUEUES.events, take, OPTIONS)
    try {
      worker.run().catch(() => {})
      await eventually(() => producer.enqueue({ ...JOB, event }))
      await eventually(async () => expect(arrived).toEqual([{ verdict: 'unsigned', event }]))
    } finally {
      await worker.close()
      disconnect()
      await producer.close()
    }
  }))

test.each([
  ['evt_1', 'stripe-evt_1'],
  ['unsigned-00ff', 'stripe-unsigned-00ff'],
  ['msg:with:colons', `stripe-h${'[0-9a-f]'.repeat(64)}`],
  ['x'.repeat(201), `stripe-h${'[0-9a-f]'.repeat(64)}`],
])('the job of %s has an id that BullMQ takes', (eventId, pattern) => {
  expect(jobIdOf('stripe', eventId)).toMatch(new RegExp(`^${pattern}$`))
})

test('backoff doubles up to its limit, half of it by chance', () => {
  expect([1, 2, 3, 20].map((attempt) => backoffMs(attempt, 1_000, 300_000, 1))).toEqual([1_000, 2_000, 4_000, 300_000])
  expect(backoffMs(3, 1_000, 300_000, 0)).toBe(2_000)
})
