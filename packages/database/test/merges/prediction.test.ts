import { describe, expect, test } from '@jest/globals'
import { PREDICTION_STATUSES } from '@sluice/events'
import fc from 'fast-check'
import { predictionMerge } from '../../src/merges/prediction.ts'
import { at, prediction } from '../facts.ts'
import { columnsAfter, itMerges, timeOrNull, wordOrNull } from './merge-laws.ts'

const predictionStatus = fc.constantFrom(...PREDICTION_STATUSES)
const predictions = fc
  .tuple(
    predictionStatus,
    fc.record({
      output: fc.constantFrom(null, 'a', 'b', 'aa', ['a'], { a: 1, b: 2 }, { b: 2, a: 1 }, 0, false),
      text: wordOrNull,
      error: wordOrNull,
      metrics: fc.constantFrom(null, { predict_time: 1 }, { predict_time: 2 }),
      completedAt: timeOrNull,
    }),
  )
  .map((made) => prediction(...made))

itMerges('prediction', predictionMerge, predictions)

describe('a prediction', () => {
  const after = (...facts: ReturnType<typeof prediction>[]) => columnsAfter(predictionMerge, ...facts)

  test('never goes back', () => {
    expect(
      after(prediction('succeeded', { output: 'done' }), prediction('processing'), prediction('starting')),
    ).toMatchObject({ status: 'succeeded', output: 'done' })
  })

  test('keeps the earlier of two endings that contradict each other', () => {
    const succeeded = prediction('succeeded', { completedAt: at(1), output: 'done' })
    expect(after(succeeded, prediction('canceled', { completedAt: at(2) }))).toMatchObject({
      status: 'succeeded',
      completed_at: at(1).toISOString(),
    })
    expect(after(succeeded, prediction('canceled', { completedAt: at(0) }))).toMatchObject({ status: 'canceled' })
  })

  test('keeps its output when a later body comes without', () => {
    const removed = prediction('succeeded', { completedAt: at(1), output: null })
    expect(after(prediction('succeeded', { completedAt: at(1), output: ['a', 'b'] }), removed)).toMatchObject({
      output: ['a', 'b'],
    })
  })

  test('has an output that only grows', () => {
    const parts = ['A', 'A sl', 'A sluice'].map((output) => prediction('processing', { output }))
    expect(after(...parts)).toMatchObject({ status: 'processing', output: 'A sluice' })
    expect(after(...parts, prediction('succeeded', { output: 'A lock' }))).toMatchObject({ output: 'A lock' })
  })
})
