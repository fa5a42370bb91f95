import { describe, expect, test } from '@jest/globals'
import { predictionLifecycle, type SentEvent, seedStream, subscriptionLifecycle } from '@sluice/simulator'
import { eventually, type Stack, type TestApp, withFragileStack, withStack } from '@sluice/testing'
import { addHostRows, allDone, send, sendAll, statuses } from './support/stack.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** The environment of an app whose clock is wrong. It still takes signatures of these days. */
const wrongClock = (shiftMs = 0) => ({
  NODE_OPTIONS: `--require ${new URL('support/shifted-clock.cjs', import.meta.url).pathname}`,
  CLOCK_SHIFT_MS: `${shiftMs}`,
  WEBHOOK_TOLERANCE_SECONDS: `${DAY_MS / 1_000}`,
  SWEEP_INTERVAL_MS: '500',
})

const metricsOf = async (app: TestApp | undefined) => (await fetch(`${app?.url}/metrics`)).text()

async function addJob({ query }: Pick<Stack, 'query'>, events: SentEvent[]): Promise<void> {
  await query('INSERT INTO generation_jobs (id, prediction_id) VALUES ($1, $2)', [
    'job_1',
    JSON.parse(events[0]?.body ?? '{}').id,
  ])
}

describe('a worker whose clock is wrong', () => {
  test.each([
    ['a day ahead', DAY_MS],
    ['an hour behind', -HOUR_MS],
  ])('%s waits as long as others do, and leaves no job to wait for days when it is gone', (_what, shiftMs) =>
    withStack({ workers: 0 }, async (stack) => {
      const wrong = await stack.start('worker', { env: wrongClock(shiftMs) })
      await eventually(async () =>
        expect(await metricsOf(wrong)).toMatch(
          new RegExp(`webhook_clock_ahead_seconds ${Math.sign(shiftMs) < 0 ? '-' : ''}\\d`),
        ),
      )
      expect(wrong.output()).toContain('The clock of this machine is wrong')
      const events = predictionLifecycle({ seed: 'wrong clock', output: 'text' })
      await sendAll(stack, events)
      const ignoredOrDone = `SELECT FROM webhook_events WHERE status <> 'received'`
      await eventually(async () => expect(await jobsIn(wrong, 'delayed')).toBe(3))
      expect(await stack.query(ignoredOrDone)).toEqual([]) // it has not waited for a minute
      await wrong.kill()

      await addJob(stack, events)
      await stack.start('worker', { env: { SWEEP_INTERVAL_MS: '500' } })
      expect(await allDone(stack, 3, 30_000)).toEqual({ processed: 3 })
    }),
  )

  test('whose clock is set back by an hour while it runs, goes on', () =>
    withStack({ workers: 0 }, async (stack) => {
      const jumping = await stack.start('worker', { env: wrongClock() })
      const stream = seedStream({ events: 60, seed: 'jump' })
      await addHostRows(stack, stream)
      await sendAll(stack, stream.events.slice(0, 30))
      process.kill(jumping.pid, 'SIGUSR2')
      await sendAll(stack, stream.events.slice(30))
      expect(await allDone(stack, 60)).toEqual({ processed: 60 })
      expect(await stack.query('SELECT FROM webhook_events WHERE attempts > 0')).toEqual([])
      await eventually(async () => expect(await metricsOf(jumping)).toMatch(/webhook_clock_ahead_seconds -3[56]\d\d/))
    }))
})

describe('an ingest whose clock is wrong', () => {
  test('set back by an hour while Postgres is away, records in Postgres as soon as it is back', () =>
    withFragileStack({ ingests: 0 }, async (stack) => {
      const ingest = await stack.start('ingest', { env: wrongClock() })
      const target = { ingests: [ingest] }
      const [first, second] = subscriptionLifecycle({ seed: 'back', steps: ['created', 'activated'] }) as [
        SentEvent,
        SentEvent,
      ]
      await stack.postgres.stop()
      expect((await send(target, first)).status).toBe(200)
      process.kill(ingest.pid, 'SIGUSR2')
      await stack.postgres.start()
      await eventually(async () =>
        expect((await send(target, second)).body).toEqual({ received: true, duplicate: true }),
      )
    }))

  test('refuses what is too old or too new by it, and says that its clock is wrong', () =>
    withStack({ ingests: 0, workers: 0 }, async (stack) => {
      const ingest = await stack.start('ingest', { env: { ...wrongClock(-HOUR_MS), WEBHOOK_TOLERANCE_SECONDS: '300' } })
      const [event] = seedStream({ events: 1, seed: 'refused' }).events as [SentEvent]
      expect(await send({ ingests: [ingest] }, event)).toMatchObject({
        status: 400,
        body: { error: 'invalid_signature' },
      })
      await eventually(async () => expect(ingest.output()).toContain('"message":"The clock of this machine is wrong"'))
      expect(await metricsOf(ingest)).toMatch(/webhook_clock_ahead_seconds -3[56]\d\d/)
      expect(await statuses(stack)).toEqual({})
    }))
})

async function jobsIn(app: TestApp, state: string): Promise<number> {
  const line = new RegExp(`webhook_queue_jobs{queue="webhook-events",state="${state}"} (\\d+)`)
  return Number(line.exec(await metricsOf(app))?.[1] ?? 0)
}
