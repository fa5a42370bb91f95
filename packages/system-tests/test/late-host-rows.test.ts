import { expect, test } from '@jest/globals'
import { predictionLifecycle, subscriptionLifecycle } from '@sluice/simulator'
import { eventually, withStack } from '@sluice/testing'
import { allDone, sendAll, statuses } from './support/stack.ts'

/** Guarantees that the host may be slower than its providers: nothing is lost, and nothing is counted as a failure. */
test('a prediction waits for the job that the host writes a moment later, and uses no attempt', () =>
  withStack({}, async (stack) => {
    const events = predictionLifecycle({ seed: 'late', output: 'text' })
    const predictionId = JSON.parse(events[0]?.body ?? '{}').id
    await sendAll(stack, events)
    await eventually(async () => expect(await jobsOf(stack.workers[0]?.url)).toMatchObject({ delayed: 3 }))
    expect(await statuses(stack)).toEqual({ received: 3 })

    await stack.query('INSERT INTO generation_jobs (id, user_id, prediction_id) VALUES ($1, $2, $3)', [
      'job_1',
      'user_1',
      predictionId,
    ])

    expect(await allDone(stack, 3)).toEqual({ processed: 3 })
    expect(await stack.query('SELECT id FROM webhook_events WHERE attempts > 0')).toEqual([])
    expect(await stack.query('SELECT status, text, error FROM generation_jobs')).toEqual([
      { status: 'succeeded', text: 'A sluice opens once for each boat.', error: null },
    ])
  }))

test('a prediction that waits for its job survives a FLUSHALL of Redis', () =>
  withStack({ env: { SWEEP_INTERVAL_MS: '500' } }, async (stack) => {
    const events = predictionLifecycle({ seed: 'late and flushed' })
    const predictionId = JSON.parse(events[0]?.body ?? '{}').id
    await sendAll(stack, events)
    const backedOff = `SELECT id FROM webhook_events WHERE sweep_after > now() + interval '25 s'`
    await eventually(async () => expect(await stack.query(backedOff)).toHaveLength(3))

    await stack.redis.flush()
    await stack.query('INSERT INTO generation_jobs (id, prediction_id) VALUES ($1, $2)', ['job_1', predictionId])

    expect(await allDone(stack, 3, 20_000)).toEqual({ processed: 3 }) // before the back-off is over
  }))

test('a prediction whose job does not come in time is ignored with the reason, and reopened when the job comes', () =>
  withStack({ env: { JOB_WAIT_SECONDS: '1', SWEEP_INTERVAL_MS: '500' } }, async (stack) => {
    const events = predictionLifecycle({ seed: 'later', ending: 'failed' })
    const predictionId = JSON.parse(events[0]?.body ?? '{}').id
    await sendAll(stack, events)

    expect(await allDone(stack, 3)).toEqual({ ignored: 3 })
    expect(await stack.query('SELECT DISTINCT error FROM webhook_events')).toEqual([
      { error: 'no generation job for this prediction' },
    ])
    await stack.query('INSERT INTO generation_jobs (id, prediction_id) VALUES ($1, $2)', ['job_1', predictionId])

    await eventually(async () => expect(await statuses(stack)).toEqual({ processed: 3 }))
    expect(await stack.query('SELECT status FROM generation_jobs')).toEqual([{ status: 'failed' }])
  }))

test('payments of a customer belong to the user as soon as the host adds the user', () =>
  withStack({ env: { SWEEP_INTERVAL_MS: '500' } }, async (stack) => {
    const lifecycle = subscriptionLifecycle({
      seed: 'unknown',
      steps: ['created', 'activated', 'paid'],
      userId: 'user_1',
    })
    await sendAll(stack, lifecycle)
    await allDone(stack, 3)
    expect(await stack.query('SELECT DISTINCT user_id FROM subscriptions')).toEqual([{ user_id: null }])

    await stack.query(`INSERT INTO users (id) VALUES ('user_1')`)

    await eventually(async () =>
      expect(
        await stack.query('SELECT role, s.user_id, p.user_id AS payer FROM users u, subscriptions s, payments p'),
      ).toEqual([{ role: 'PREMIUM', user_id: 'user_1', payer: 'user_1' }]),
    )
  }))

/** The gauge of jobs of `webhook-events`, by state. */
async function jobsOf(url: string | undefined): Promise<Record<string, number>> {
  const text = await (await fetch(`${url}/metrics`)).text()
  const lines = text.matchAll(/^webhook_queue_jobs\{queue="webhook-events",state="([\w-]+)"\} (\d+)/gm)
  return Object.fromEntries([...lines].map(([, state, jobs]) => [state, Number(jobs)]))
}
