import { expect, test } from '@jest/globals'
import { seedStream, shuffle, stripeEvent, subscriptionLifecycle } from '@sluice/simulator'
import { eventually, withStack } from '@sluice/testing'
import { addHostRows, allDone, sendAll, statuses, unbalancedEntries } from './support/stack.ts'
import { withPoisoned } from './support/supervised.ts'

/** Guarantees that a worker that dies with its hands full leaves nothing undone and nothing done twice. */
test('a worker killed with SIGKILL under load loses nothing, and every event is handled once within 25 s', () =>
  withStack({ workers: 2 }, async (stack) => {
    const stream = seedStream({ events: 900, seed: 'killed' })
    await addHostRows(stack, stream)

    const sending = sendAll(stack, stream.events, 32)
    await eventually(async () => expect((await statuses(stack))['processed'] ?? 0).toBeGreaterThan(100))
    await stack.workers[0]?.kill('SIGKILL')
    const killedAt = Date.now()
    const answers = await sending

    expect(answers.filter(({ status }) => status !== 200)).toEqual([])
    expect(await allDone(stack, 900, 25_000)).toEqual({ processed: 900 })
    console.log(`all done ${((Date.now() - killedAt) / 1000).toFixed(1)} s after the kill`)
    expect(await unbalancedEntries(stack)).toEqual([])
    expect(await stack.query('SELECT id FROM webhook_events WHERE attempts > 0')).toEqual([])
  }))

/** Guarantees that effects without jobs are done although the worker that committed them died. */
test('a worker killed right after a commit, or before it records its effects on Redis, leaves them to the next one', () =>
  withStack({ workers: 0, env: { SWEEP_INTERVAL_MS: '200' } }, async (stack) => {
    const pending = () =>
      stack.query<{ user: string }>(
        `SELECT payload ->> 'userId' AS user FROM outbox_messages
          WHERE kind = 'features.invalidate' AND status = 'pending' ORDER BY 1`,
      )
    const isCached = async (user: string) => (await stack.redis.call('EXISTS', `features:${user}`)) === 1
    const dieOn = async (user: string, crashAt: string) => {
      const env = { NODE_OPTIONS: '--conditions=crash-points', CRASH_AT: crashAt }
      await stack.query('INSERT INTO users (id) VALUES ($1)', [user])
      await stack.redis.call('SET', `features:${user}`, 'old')
      const doomed = await stack.start('worker', { env })
      await sendAll(stack, subscriptionLifecycle({ seed: user, userId: user, steps: ['paid'] }))
      expect(await doomed.exited).toBe(null)
    }
    await dieOn('user_1', 'after_commit:1')
    expect([await pending(), await isCached('user_1')]).toEqual([[{ user: 'user_1' }], true])
    await dieOn('user_2', 'before_quick_effects_done:1')
    expect([(await pending()).at(-1), await isCached('user_2')]).toEqual([{ user: 'user_2' }, false])

    await stack.start('worker')
    await eventually(async () => expect(await pending()).toEqual([]), 30_000)
    expect(await isCached('user_1')).toBe(false)
    expect(await statuses(stack)).toEqual({ processed: 2 })
    expect(await stack.query('SELECT id FROM outbox_messages WHERE attempts > 0 OR crashes > 0')).toEqual([])
  }))

/** Guarantees that a faulty event ends as a dead letter with its cause and stops no other event. */
test(
  'a handler that kills, blocks or throws becomes a dead letter, and 500 good events beside it are handled',
  () =>
    withStack({ ingests: 2, workers: 0, env: { ...QUICK } }, async (stack) => {
      const stream = seedStream({ events: 1_500, seed: 'poison' })
      await addHostRows(stack, stream)
      const poison = ['poison.kills', 'poison.blocks', 'poison.throws'].map((type) =>
        stripeEvent(type, { id: `obj_${type}`, object: 'poison' }, { id: `evt_${type}`, created: 1_767_600_000 }),
      )
      const answers = await sendAll(stack, shuffle([...stream.events, ...poison], 'poison'), 48)
      expect(answers.filter(({ status }) => status !== 200)).toEqual([])

      const startedAt = Date.now()
      await withPoisoned(stack, 2, async (deaths) => {
        const byStatus = await allDone(stack, 1_503, 150_000)

        expect(byStatus).toEqual({ processed: 1_500, failed: 3 })
        const deadLetters = await stack.query<{ type: string; error: string }>(
          'SELECT type, error FROM webhook_dead_letters ORDER BY type',
        )
        expect(deadLetters.map(({ type, error }) => [type, error.split(':')[0]])).toEqual([
          ['poison.blocks', 'crashed'],
          ['poison.kills', 'crashed'],
          ['poison.throws', 'handler_threw'],
        ])
        expect(await unbalancedEntries(stack)).toEqual([])
        console.log(`${deaths()} deaths, all done after ${((Date.now() - startedAt) / 1000).toFixed(1)} s`)
      })
    }),
  240_000,
)

const QUICK = { EVENT_ATTEMPTS: '3', EVENT_BACKOFF_MS: '50', HANDLER_TIMEOUT_MS: '2000', LOG_LEVEL: 'warn' }
