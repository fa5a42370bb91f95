import { expect, test } from '@jest/globals'
import { seedStream, shuffle, stripeEvent } from '@sluice/simulator'
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
