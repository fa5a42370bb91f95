import { expect, test } from '@jest/globals'
import { seedStream } from '@sluice/simulator'
import { eventually, withFragileStack, withStack } from '@sluice/testing'
import { addHostRows, allDone, eachAtOnce, send, sendAll, statuses } from './support/stack.ts'

/** Guarantees that a deploy costs nothing: what a stopping worker holds is finished or handed back, and done once. */
test('workers that get SIGTERM in turn under load exit with 0, use no attempt and leave nothing undone', () =>
  withStack({ workers: 2 }, async (stack) => {
    const stream = seedStream({ events: 600, seed: 'deploy' })
    await addHostRows(stack, stream)

    const sending = sendAll(stack, stream.events, 32)
    await eventually(async () => expect((await statuses(stack))['processed'] ?? 0).toBeGreaterThan(50))
    for (const worker of stack.workers) {
      expect(await worker.kill('SIGTERM')).toBe(0)
      await stack.start('worker')
    }
    await sending

    expect(await allDone(stack, 600)).toEqual({ processed: 600 })
    expect(await stack.query('SELECT id FROM webhook_events WHERE attempts > 0')).toEqual([])
  }))

test.each(['redis', 'postgres'] as const)(
  'a worker that gets SIGTERM while %s is down ends within its time and loses nothing',
  (store) =>
    withFragileStack({ env: { SHUTDOWN_TIMEOUT_MS: '5000' } }, async (stack) => {
      const stream = seedStream({ events: 120, seed: 'stop without store' })
      await addHostRows(stack, stream)
      await stack[store].stop()
      await sendAll(stack, stream.events)

      const startedAt = Date.now()
      await stack.workers[0]?.kill('SIGTERM')
      expect(Date.now() - startedAt).toBeLessThan(7_000)

      await stack[store].start()
      await stack.start('worker')
      expect(await allDone(stack, 120)).toEqual({ processed: 120 })
    }),
)

test('an ingest that gets SIGTERM under load answers 200 to every request it accepted', () =>
  withStack({ ingests: 2 }, async (stack) => {
    const stream = seedStream({ events: 5_000, seed: 'ingest stops' })
    await addHostRows(stack, stream)
    const [first, second] = stack.ingests.map((ingest) => ({ ingests: [ingest] })) as [Ingests, Ingests]

    let refused = 0
    const posting = eachAtOnce(stream.events, 16, async (event) => {
      if (refused >= 16) return null // each lane met the end of the first: the load outlived it
      const answer = await send(first, event).catch(() => {
        refused += 1
        return send(second, event) // as a provider does: another attempt, another process
      })
      return answer.status
    })
    await eventually(async () => expect((await statuses(stack))['processed'] ?? 0).toBeGreaterThan(20))
    expect(await stack.ingests[0]?.kill('SIGTERM')).toBe(0)

    const answers = (await posting).filter((status) => status !== null)
    expect(new Set(answers)).toEqual(new Set([200]))
    expect(refused).toBeGreaterThanOrEqual(16)
    expect(await allDone(stack, answers.length)).toEqual({ processed: answers.length })
  }))

type Ingests = Parameters<typeof send>[0]
