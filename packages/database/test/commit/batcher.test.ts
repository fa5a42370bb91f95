import { describe, expect, test } from '@jest/globals'
import { eventually } from '@sluice/testing'
import { createBatcher } from '../../src/commit/batcher.ts'
import type { Settled } from '../../src/commit/outcome.ts'

/** A batcher, and the batches that it asks to commit; each stays open until it is answered. */
function batching() {
  const open: { ids: string[]; answer(settled: Settled | null): void; fail(error: Error): void }[] = []
  const commit = (ids: string[]) =>
    new Promise<Map<string, Settled>>((resolve, reject) => {
      const answer = (settled: Settled | null) =>
        resolve(new Map(ids.flatMap((id) => (settled ? [[id, settled]] : []))))
      open.push({ ids, answer, fail: reject })
    })
  const next = async () => {
    await eventually(async () => expect(open).not.toEqual([]))
    return open.shift() as (typeof open)[number]
  }
  return { batcher: createBatcher(commit), open, next }
}

const names = (count: number, prefix = '') => Array.from({ length: count }, (_, index) => `${prefix}${index}`)
const done: Settled = { outcome: 'settled' }

describe('events that want to be committed at the same moment', () => {
  test('share a commit, and one that is wanted twice is in it once', async () => {
    const { batcher, next } = batching()
    const settled = Promise.all(['1', '2', '1'].map((id) => batcher.submit(id)))
    const batch = await next()
    expect(batch.ids).toEqual(['1', '2'])
    batch.answer(done)
    expect(await settled).toEqual([done, done, done])
  })

  test('are at most 128 in a commit, and at most two commits are under way', async () => {
    const { batcher, open, next } = batching()
    const settled = Promise.all(names(300).map((id) => batcher.submit(id)))
    expect(open.map(({ ids }) => ids.length)).toEqual([128, 128])
    const [first, second] = [await next(), await next()]
    expect(open).toEqual([])
    first.answer(done)
    const third = await next()
    expect(third.ids).toEqual(names(300).slice(256))
    for (const batch of [second, third]) batch.answer(done)
    expect(await settled).toHaveLength(300)
  })
})

describe('an event', () => {
  test('that another transaction holds is tried three times, and then said to be busy', async () => {
    const { batcher, next } = batching()
    const settled = batcher.submit('1')
    for (const _ of names(3)) (await next()).answer({ outcome: 'busy' })
    expect(await settled).toEqual({ outcome: 'busy' })
  })

  test('that is free the second time is settled then', async () => {
    const { batcher, next } = batching()
    const settled = batcher.submit('1')
    const first = await next()
    first.answer({ outcome: 'busy' })
    const second = await next()
    second.answer(done)
    expect(await settled).toEqual(done)
  })

  test('of which the commit says nothing is missing', async () => {
    const { batcher, next } = batching()
    const settled = batcher.submit('1')
    const batch = await next()
    batch.answer(null)
    expect(await settled).toEqual({ outcome: 'missing' })
  })
})

test('a commit that fails fails all its events, and no later one', async () => {
  const { batcher, next } = batching()
  const failed = Promise.allSettled(['1', '2'].map((id) => batcher.submit(id)))
  const outage = new Error('away')
  const first = await next()
  first.fail(outage)
  expect(await failed).toEqual([
    { status: 'rejected', reason: outage },
    { status: 'rejected', reason: outage },
  ])
  const later = batcher.submit('3')
  const second = await next()
  second.answer(done)
  expect(await later).toEqual(done)
})
