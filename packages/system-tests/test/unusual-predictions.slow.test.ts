import { describe, expect, test } from '@jest/globals'
import type { SentEvent } from '@sluice/simulator'
import { type Answer, withStack } from '@sluice/testing'
import { allDone, send } from './support/stack.ts'
import { count, endOf, expectTaken, freshId, host } from './support/unusual-events.ts'

describe('a prediction', () => {
  const OUTPUT = ['https://replicate.delivery/xezq/one.png']

  const predictionBody = (status: string, changes: object = {}, id = freshId().replace('evt', 'msg')): SentEvent => {
    const body = {
      id: 'p1',
      status,
      output: status === 'succeeded' ? OUTPUT : null,
      error: null,
      created_at: '2026-01-05T09:00:00.123456789Z',
      completed_at: ['starting', 'processing'].includes(status) ? null : '2026-01-05T09:00:09.123456789Z',
      metrics: {},
      urls: { get: 'https://api.replicate.com/v1/predictions/p1' },
      ...changes,
    }
    return { provider: 'replicate', id, type: `prediction.${status}`, at: new Date(), body: JSON.stringify(body) }
  }

  /** One after the other has come to its end: what came first is stored before the next comes. */
  const jobAfter = (...events: SentEvent[]) =>
    withStack({}, async (stack) => {
      await host(stack, ['p1'])
      const answers: Answer[] = []
      for (const event of events) {
        answers.push(await send(stack, event))
        await allDone(stack, 1)
      }
      expect(await count(stack, 'webhook_dead_letters')).toBe(0)
      const [job] = await stack.query('SELECT status, output, error FROM generation_jobs')
      return { answers, job, ends: await Promise.all(events.map((event) => endOf(stack, event))) }
    })

  const SUCCEEDED = { status: 'succeeded', output: OUTPUT, error: null }

  test('whose webhook comes twice is handled once', async () => {
    const event = predictionBody('succeeded')
    const { answers, job } = await jobAfter(event, event)
    expect(answers.map(({ body }) => body)).toEqual([
      { received: true, duplicate: false },
      { received: true, duplicate: true },
    ])
    expect(job).toEqual(SUCCEEDED)
  })

  test('that succeeded neither returns to processing nor ends again', async () => {
    const canceled = predictionBody('canceled', { completed_at: '2026-01-05T09:00:10Z' })
    const { answers, job, ends } = await jobAfter(predictionBody('succeeded'), predictionBody('processing'), canceled)
    expectTaken(answers)
    expect(job).toEqual(SUCCEEDED)
    expect(ends.map((end) => end?.['status'])).toEqual(['processed', 'processed', 'processed'])
  })

  test('with an unknown status is recorded and changes nothing', async () => {
    const { answers, job, ends } = await jobAfter(predictionBody('queued'))
    expectTaken(answers)
    expect(job).toEqual({ status: 'starting', output: null, error: null })
    expect(ends).toMatchObject([{ status: 'ignored', error: 'unknown status queued' }])
  })

  test('that succeeded without output is finished', async () => {
    const { job } = await jobAfter(predictionBody('succeeded', { output: null }))
    expect(job).toEqual({ status: 'succeeded', output: null, error: null })
  })

  test('keeps its output after Replicate removed it', async () => {
    const removed = predictionBody('succeeded', { output: null, data_removed: true })
    const { answers, job } = await jobAfter(predictionBody('succeeded'), removed)
    expectTaken(answers)
    expect(job).toEqual(SUCCEEDED)
  })

  test('without an id is refused', () =>
    withStack({ workers: 0 }, async (stack) => {
      const answer = await send(stack, predictionBody('succeeded', { id: undefined }))
      expect([answer.status, answer.body]).toEqual([400, { error: 'invalid_payload' }])
      expect(await count(stack, 'webhook_events')).toBe(0)
    }))
})
