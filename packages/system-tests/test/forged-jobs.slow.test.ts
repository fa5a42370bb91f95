import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { VerifiedEvent } from '@sluice/events'
import { createEventSigner, type EventJobData, QUEUES } from '@sluice/queue'
import { type SentEvent, seedStream } from '@sluice/simulator'
import {
  type Borrowed,
  borrow,
  eventually,
  type OwnPostgres,
  SECRETS,
  type Stack,
  withFragileStack,
} from '@sluice/testing'
import { Queue } from 'bullmq'
import { Redis } from 'ioredis'
import { addHostRows, allDone, send, sendAll } from './support/stack.ts'

type CarryingJob = Required<Pick<EventJobData, 'event' | 'signature'>> & EventJobData
type FragileStack = Stack<OwnPostgres>

const LINE = 'Event in job refused'

/** Guarantees that whoever can write to Redis cannot make Sluice record an event that no provider sent. */
let stack: FragileStack
let borrowed: Borrowed<FragileStack>
let redis: Redis
let queue: Queue

beforeAll(async () => {
  borrowed = await borrow((use) => withFragileStack({}, use))
  stack = borrowed.value
  redis = new Redis(stack.redis.url)
  queue = new Queue(QUEUES.events, { prefix: 'sluice', connection: { url: stack.redis.url } })
})
afterAll(async () => {
  redis.disconnect()
  await queue.close()
  await borrowed.release()
})

const keyOf = (eventId: string) => `sluice:webhook-events:stripe-${eventId}`
const dataOf = async (eventId: string) => JSON.parse((await redis.hget(keyOf(eventId), 'data')) ?? 'null')
const recorded = async () =>
  (await stack.query<{ event_id: string }>('SELECT event_id FROM webhook_events')).map((row) => row.event_id)

const FORGERIES: Record<string, (data: CarryingJob) => object> = {
  'another body': (data) => withEvent(data, { rawBody: Buffer.from('{"id":"evt_x"}').toString('base64') }),
  'another type': (data) => withEvent(data, { type: 'customer.deleted' }),
  'another account': (data) => withEvent(data, { account: 'acct_of_another' }),
  'the other mode': (data) => withEvent(data, { livemode: !data.event.livemode }),
  'another time': (data) => withEvent(data, { occurredAt: '2030-01-01T00:00:00.000Z' }),
  'another customer': (data) => withEvent(data, { customerId: 'cus_of_another' }),
  'another ordering key': (data) => withEvent(data, { orderingKey: 'x' }),
  'another id': (data) => ({ ...withEvent(data, { eventId: 'evt_of_another' }), eventId: 'evt_of_another' }),
  'another provider': (data) => ({ ...withEvent(data, { provider: 'replicate' }), provider: 'replicate' }),
  'another time of arrival': (data) => ({ ...data, signature: { ...data.signature, receivedAt: 0 } }),
  'no signature': ({ signature: _, ...data }) => data,
  'no event': (data) => ({ ...data, event: {} }),
  'the signature of another key': (data) => ({ ...data, signature: createEventSigner(['mine']).sign(eventOf(data)) }),
}

const withEvent = (data: CarryingJob, change: object) => ({ ...data, event: { ...data.event, ...change } })
const eventOf = ({ event }: CarryingJob): VerifiedEvent => ({
  ...event,
  occurredAt: event.occurredAt === null ? null : new Date(event.occurredAt),
  rawBody: Buffer.from(event.rawBody, 'base64'),
})

/** Every event that is signed for Stripe, with an id that can be told. */
const events = (seed: string, count: number): SentEvent[] =>
  seedStream({ events: 200, seed })
    .events.filter(({ provider }) => provider === 'stripe')
    .slice(0, count)

describe('jobs that carry events, from while Postgres was unavailable', () => {
  const forged = events('forged', 40)
  const kinds = Object.entries(FORGERIES)

  beforeAll(async () => {
    await addHostRows(stack, seedStream({ events: 200, seed: 'forged' }))
    await stack.postgres.stop()
    const answers = await sendAll(stack, forged)
    expect(answers.filter(({ status }) => status !== 200)).toEqual([])
    for (const [index, [, forge]] of kinds.entries()) {
      const { id } = forged[index] as SentEvent
      await redis.hset(keyOf(id), 'data', JSON.stringify(forge(await dataOf(id))))
    }
    await queue.add('invoice.paid', 'no ids' as never, { jobId: 'stripe-evt_no_ids' })
    await stack.postgres.start()
    await allDone(stack, forged.length - kinds.length)
  })

  test('are recorded if nobody changed them', async () => {
    const genuine = forged.slice(kinds.length).map(({ id }) => id)
    expect((await recorded()).sort()).toEqual([...genuine].sort())
    for (const id of genuine) expect((await dataOf(id))?.event).toBeUndefined()
  })

  test.each(kinds.map(([kind], index) => [kind, index] as const))('are refused with %s', async (_kind, index) => {
    const { id } = forged[index] as SentEvent
    await eventually(async () => expect(await (await queue.getJob(`stripe-${id}`))?.getState()).toBe('failed'), 90_000)
    expect((await recorded()).filter((one) => one === id || one.endsWith('_of_another'))).toEqual([])
    expect((await queue.getJob(`stripe-${id}`))?.attemptsMade).toBe(1)
  })

  test('are told: a line, a metric and a notice for each', async () => {
    const lines =
      stack.workers[0]
        ?.output()
        .split('\n')
        .filter((line) => line.includes(LINE)) ?? []
    expect(lines).toHaveLength(kinds.length)
    const metrics = await (await fetch(`${stack.workers[0]?.url}/metrics`)).text()
    expect(metrics).toMatch(/webhook_refused_jobs_total\{reason="unsigned"\} 1/)
    expect(metrics).toMatch(/webhook_refused_jobs_total\{reason="unknown_key"\} 1/)
    expect(await redis.zcard('sluice:webhook-events:failed')).toBe(kinds.length + 1)
    expect(await redis.llen('sluice:dead-letter:wait')).toBe(kinds.length)
  })

  test('do not stand in the way when the provider sends the event again', async () => {
    const again = forged[0] as SentEvent
    expect(await send(stack, again)).toMatchObject({ status: 200, body: { duplicate: false } })
    expect(await allDone(stack, forged.length - kinds.length + 1)).toMatchObject({ processed: expect.any(Number) })
    expect(await recorded()).toContain(again.id)
  })
})

test('an ingest that started while Postgres was unavailable signs as before, and one with a new secret is waited for', async () => {
  const [first, second] = events('restarted', 2) as [SentEvent, SentEvent]
  const before = (await recorded()).length
  await stack.postgres.stop()
  const restarted = await stack.start('ingest')
  const rotated = await stack.start('ingest', {
    env: { STRIPE_WEBHOOK_SECRET: `${SECRETS.stripe},whsec_YW5vdGhlciBzZWNyZXQgb2YgdGhlIHN0YWNr` },
  })
  expect((await send({ ingests: [restarted] }, first)).status).toBe(200)
  expect((await send({ ingests: [rotated] }, second)).status).toBe(200)
  await restarted.kill()
  await stack.postgres.start()
  await eventually(async () => expect(await recorded()).toHaveLength(before + 2), 60_000)
})

test('an installation that had events before accepts unsigned ones for a day, and then none', async () => {
  const [first, second] = events('upgrade', 2) as [SentEvent, SentEvent]
  const unsigned = async (event: SentEvent) => {
    await stack.postgres.stop()
    expect((await send(stack, event)).status).toBe(200)
    const { signature: _, ...data } = await dataOf(event.id)
    await redis.hset(keyOf(event.id), 'data', JSON.stringify(data))
    await stack.postgres.start()
  }
  await stack.query(`INSERT INTO ingest_keys (public_key) VALUES ('unsigned')`)
  await unsigned(first)
  await eventually(async () => expect(await recorded()).toContain(first.id), 60_000)

  await stack.query(`UPDATE ingest_keys SET expires_at = now() WHERE public_key = 'unsigned'`)
  const worker = await stack.start('worker') // the running one may still have the list
  await stack.workers[0]?.kill()
  await unsigned(second)
  await eventually(() => expect(worker.output()).toContain(second.id), 60_000)
  expect(await recorded()).not.toContain(second.id)
})
