import { expect, test } from '@jest/globals'
import { eventually, withRedis } from '@sluice/testing'
import { Redis } from 'ioredis'
import { createConsumer, createProducer, type EventJobData, QUEUES } from '../src/index.ts'

const OPTIONS = { concurrency: 16, backoffFirstMs: 5, backoffMaxMs: 50 }
const BODY = Buffer.alloc(40_000, 'x')

const eventOf = (eventId: string) => ({
  ...{ provider: 'stripe', eventId, type: 't', account: null, livemode: true, apiVersion: null, occurredAt: null },
  ...{ orderingKey: eventId, customerId: null, subscriptionId: null, headers: {}, rawBody: BODY },
})

/** Fills Redis with jobs that carry events until it refuses one. Returns how many it took. */
async function fill(url: string): Promise<number> {
  const producer = createProducer(url)
  try {
    await eventually(() => producer.probe())
    for (let count = 0; ; count += 1) {
      const eventId = `evt_${count}`
      const taken = producer.enqueue({ provider: 'stripe', eventId, type: 't', event: eventOf(eventId) })
      const refusal = await taken.then(
        () => null,
        (error: Error) => error,
      )
      if (refusal) {
        expect(refusal.message).toMatch(/OOM/)
        return count
      }
    }
  } finally {
    await producer.close()
  }
}

test('a worker that starts on a full Redis takes every job and empties it', () =>
  withRedis(
    async ({ url }) => {
      const jobs = await fill(url)
      const redis = new Redis(url)
      for (
        let filled = true;
        filled; // to the last byte
      )
        filled = await redis.append('sluice:filler', 'x'.repeat(200)).then(
          () => true,
          () => false,
        )
      await expect(redis.set('more', 'x')).rejects.toThrow('OOM')
      const done = new Set<string>()
      const errors: string[] = []
      const { worker, disconnect } = createConsumer<EventJobData>(
        url,
        QUEUES.events,
        async (job) => {
          await job.updateData({ provider: job.data.provider, eventId: job.data.eventId, id: '1' })
          done.add(job.data.eventId)
        },
        OPTIONS,
      )
      worker.on('error', (error) => errors.push(error.message))
      try {
        worker.run().catch(() => {})
        await eventually(() => expect(done.size).toBe(jobs), 60_000)
        expect(errors).toEqual([])
        await redis.set('more', 'x')
      } finally {
        await worker.close()
        disconnect()
        redis.disconnect()
      }
    },
    { maxmemory: '12mb' },
  ))

interface AsUser {
  owner: Redis
  url: string
  done: string[]
  errors: string[]
}

/** A worker that logs in as a user with all rights but some. @param rules of the ACL of Redis */
const withWorkerAs = (rules: string[], use: (worker: AsUser) => Promise<void>) =>
  withRedis(async ({ url }) => {
    const owner = new Redis(url)
    await owner.call('ACL', 'SETUSER', 'app', 'on', '>secret', '~*', '&*', '+@all', ...rules)
    const asApp = new URL(url)
    asApp.username = 'app'
    asApp.password = 'secret'
    const done: string[] = []
    const errors: string[] = []
    const take = async (job: { data: EventJobData }) => done.push(job.data.eventId)
    const { worker, disconnect } = createConsumer<EventJobData>(asApp.href, QUEUES.events, take, OPTIONS)
    worker.on('error', (error) => errors.push(error.message))
    try {
      worker.run().catch(() => {})
      await use({ owner, url: asApp.href, done, errors })
    } finally {
      await worker.close(true)
      disconnect()
      owner.disconnect()
    }
  })

test.each([
  ['scripts', ['-evalsha', '-eval']],
  ['waiting for jobs', ['-bzpopmin']],
  ['anything', ['-@all']],
])('a worker whose user lacks the right to %s makes no storm of tries, and works once it has it', (_what, rules) =>
  withWorkerAs(rules, async ({ owner, url, errors, done }) => {
    await eventually(() => expect(errors).toContainEqual(expect.stringContaining('NOPERM')))
    const before = await refusalsOf(owner)
    const startedAt = Date.now()
    await eventually(() => expect(Date.now() - startedAt).toBeGreaterThan(3_000))
    const perSecond = ((await refusalsOf(owner)) - before) / ((Date.now() - startedAt) / 1_000)
    expect(perSecond).toBeLessThan(50)

    await owner.call('ACL', 'SETUSER', 'app', '+@all')
    const producer = createProducer(url)
    await eventually(() => producer.enqueue({ provider: 'stripe', eventId: 'evt_1', type: 't' }))
    await eventually(() => expect(done).toEqual(['evt_1']))
    await producer.close()
  }),
)

test('a user without INFO can add jobs and work', () =>
  withWorkerAs(['-info'], async ({ url, errors, done }) => {
    const producer = createProducer(url)
    await eventually(() => producer.enqueue({ provider: 'stripe', eventId: 'evt_1', type: 't' }))
    await eventually(() => expect(done).toEqual(['evt_1']))
    expect(errors).toEqual([])
    await producer.close()
  }))

/** How many commands Redis has refused so far. */
async function refusalsOf(owner: Redis): Promise<number> {
  const info = await owner.info('stats')
  return Number(/total_error_replies:(\d+)/.exec(info)?.[1])
}
