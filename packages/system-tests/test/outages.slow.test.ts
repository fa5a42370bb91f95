import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { type SentEvent, seedStream } from '@sluice/simulator'
import { eventually, type OwnPostgres, type Stack, withFragileStack, withStack } from '@sluice/testing'
import { addHostRows, allDone, send, sendAll, statuses } from './support/stack.ts'

/** Added to the time that this machine takes for as many requests that need no store. */
const ANSWER_MS_MAX = 2_000
const answerMsMax = async (stack: Stack, atOnce = 1) => {
  const startedAt = Date.now()
  const nowhere = `${stack.ingests[0]?.url}/webhooks/nobody`
  await Promise.all(Array.from({ length: atOnce }, () => fetch(nowhere, { method: 'POST' })))
  return ANSWER_MS_MAX + Date.now() - startedAt
}

/**
 * A job that Redis gave out as its connection broke waits until its lock expires: 10 s, looked for each 5 s. The fault
 * suite measures how fast recovery is; here it must only come, also on a busy machine.
 */
const RECOVERY_MS_MAX = 60_000

describe('events are accepted while one store is unavailable, and handled when it is back', () => {
  test.each([
    ['stopped', (stack: Stack) => stack.redis.stop(), (stack: Stack) => stack.redis.start()],
    ['frozen', async (stack: Stack) => stack.redis.freeze(), async (stack: Stack) => stack.redis.thaw()],
  ])('Redis is %s', (_how, goAway, comeBack) =>
    withStack({}, async (stack) => {
      const stream = seedStream({ events: 60, seed: 'redis down' })
      await addHostRows(stack, stream)
      await sendAll(stack, stream.events.slice(0, 20))
      await goAway(stack)

      await takesAll(stack, stream.events.slice(20))
      expect(await stack.query('SELECT id FROM webhook_events')).toHaveLength(60)
      await comeBack(stack)

      expect(await allDone(stack, 60, RECOVERY_MS_MAX)).toEqual({ processed: 60 })
      expect(await stack.query('SELECT effect_key FROM outbox_messages WHERE attempts > 1')).toEqual([])
    }),
  )

  test.each(['stopped', 'frozen'])('Postgres is %s, and no attempt is used', (how) =>
    withFragileStack({}, async (stack) => {
      const stream = seedStream({ events: 60, seed: 'postgres down' })
      await addHostRows(stack, stream)
      await sendAll(stack, stream.events.slice(0, 20))
      await allDone(stack, 20)
      const comeBack = how === 'stopped' ? await stopPostgres(stack) : await freezePostgres(stack)

      await takesAll(stack, stream.events.slice(20))
      await comeBack()

      expect(await allDone(stack, 60, RECOVERY_MS_MAX)).toEqual({ processed: 60 })
      expect(await stack.query('SELECT id FROM webhook_events WHERE attempts > 0')).toEqual([])
    }),
  )

  test('while both stores are stopped ingest answers 503 within two seconds and writes nothing', () =>
    withFragileStack({}, async (stack) => {
      const [event] = seedStream({ events: 1, seed: 'both down' }).events as [SentEvent]
      await Promise.all([stack.postgres.stop(), stack.redis.stop()])

      const startedAt = Date.now()
      const answer = await send(stack, event)
      const took = Date.now() - startedAt
      expect(took).toBeLessThan(await answerMsMax(stack))
      expect(answer).toMatchObject({ status: 503, body: { error: 'unavailable' } })
      expect(answer.headers.get('retry-after')).toBe('30')
      // The health check may still have the answer of a second ago.
      await eventually(async () => expect((await fetch(`${stack.ingests[0]?.url}/readyz`)).status).toBe(503))

      await Promise.all([stack.postgres.start(), stack.redis.start()])
      await eventually(async () => expect((await send(stack, event)).status).toBe(200))
      expect(await allDone(stack, 1)).toEqual({ processed: 1 })
    }))
})

/** Guarantees that the queue is disposable: whatever Redis forgets, the inbox remembers. */
describe('a FLUSHALL of Redis loses no event', () => {
  test('while events wait and workers run', () =>
    withStack({ workers: 2, env: { SWEEP_INTERVAL_MS: '1000' } }, async (stack) => {
      const stream = seedStream({ events: 400, seed: 'flush' })
      await addHostRows(stack, stream)

      const sending = sendAll(stack, stream.events)
      await eventually(async () => expect((await statuses(stack))['processed'] ?? 0).toBeGreaterThan(50))
      await stack.redis.flush()
      const answers = await sending

      expect(answers.filter(({ status }) => status !== 200)).toEqual([])
      expect(await allDone(stack, 400, 60_000)).toEqual({ processed: 400 })
    }))

  test(
    'while 5,000 wait and no worker runs',
    () =>
      withStack({ workers: 0 }, async (stack) => {
        const stream = seedStream({ events: 5_000, seed: 'flush without workers' })
        await addHostRows(stack, stream)
        const answers = await sendAll(stack, stream.events, 48)
        expect(answers.filter(({ status }) => status !== 200)).toEqual([])

        await stack.redis.flush()
        await Promise.all([stack.start('worker'), stack.start('worker')])

        expect(await allDone(stack, 5_000, 180_000)).toEqual({ processed: 5_000 })
      }),
    300_000,
  )
})

async function stopPostgres({ postgres }: Stack<OwnPostgres>): Promise<() => Promise<void>> {
  await postgres.stop()
  return () => postgres.start()
}

/** Every process of the server stands still: it accepts connections and answers nothing. */
async function freezePostgres(stack: Stack<OwnPostgres>): Promise<() => Promise<void>> {
  const [row] = await stack.query<{ file: string }>(`SELECT pg_read_file('postmaster.pid') AS file`)
  const postmaster = Number(row?.file.split('\n')[0])
  const children = readFileSync(`/proc/${postmaster}/task/${postmaster}/children`, 'utf8').trim().split(' ').map(Number)
  const all = [postmaster, ...children]
  for (const pid of all) process.kill(pid, 'SIGSTOP')
  return async () => {
    for (const pid of all) process.kill(pid, 'SIGCONT')
  }
}

/** Posts them one by one, a few at a time, and holds every answer to 200 within two seconds. */
async function takesAll(stack: Stack, events: SentEvent[]): Promise<void> {
  const took = await Promise.all(
    events.map(async (event) => {
      const startedAt = Date.now()
      const { status } = await send(stack, event)
      return { status, ms: Date.now() - startedAt }
    }),
  )
  expect(took.filter(({ status }) => status !== 200)).toEqual([])
  expect(Math.max(...took.map(({ ms }) => ms))).toBeLessThan(await answerMsMax(stack, events.length))
}
