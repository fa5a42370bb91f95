import { describe, expect, test } from '@jest/globals'
import { eventually } from '@sluice/testing'
import { type ApartReason, createBatcher } from '../../src/commit/batcher.ts'
import type { Tried } from '../../src/commit/outcome.ts'

interface Open {
  ids: string[]
  answer(settled: Tried | null): void
  /** As a committer does when one of these events made the transaction fail. */
  fallApart(): void
  fail(error: Error): void
}

/** A batcher, and the transactions that it asks for; each stays open until it is answered. */
function batching() {
  const open: Open[] = []
  const quarantine = new Set<string>()
  const together = (ids: string[]) =>
    new Promise<Map<string, Tried> | undefined>((resolve, reject) => {
      const answer = (settled: Tried | null) => resolve(new Map(ids.flatMap((id) => (settled ? [[id, settled]] : []))))
      const fallApart = () => {
        for (const id of ids) quarantine.add(id)
        resolve(undefined)
      }
      open.push({ ids, answer, fallApart, fail: reject })
    })
  const alone = async (id: string): Promise<Tried> => {
    const settled = (await together([id]))?.get(id) ?? { outcome: 'missing' }
    quarantine.delete(id)
    return settled
  }
  const next = async () => {
    await eventually(async () => expect(open).not.toEqual([]))
    return open.shift() as Open
  }
  const apart: ApartReason[] = []
  const revise = async (id: string) => new Map([[id, await alone(id)]])
  const isQuarantined = (id: string) => quarantine.has(id)
  const committer = { together, alone, revise, isQuarantined, lockOf: () => undefined }
  return { batcher: createBatcher(committer, (reason) => apart.push(reason)), open, next, apart }
}

const names = (count: number, prefix = '') => Array.from({ length: count }, (_, index) => `${prefix}${index}`)
const done = { outcome: 'settled', event: { provider: 'stripe', eventId: 'evt_1' } } as const

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

  test('that the commit does not report is missing', async () => {
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
  const outage = new Error('outage')
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

describe('events that failed together', () => {
  test('are committed one by one, four at a time, and hold up no others', async () => {
    const { batcher, open, next } = batching()
    const failing = Promise.all(names(6).map((id) => batcher.submit(id)))
    const batch = await next()
    batch.fallApart()
    const alone = [await next(), await next(), await next(), await next()]
    expect(alone.map(({ ids }) => ids)).toEqual([['0'], ['1'], ['2'], ['3']])

    const others = Promise.all(names(2, 'other').map((id) => batcher.submit(id)))
    const together = await next()
    expect(together.ids).toEqual(names(2, 'other'))
    together.answer(done)
    expect(await others).toEqual([done, done])
    expect(open).toEqual([])

    for (const one of alone) one.answer(done)
    for (const last of [await next(), await next()]) last.answer(done)
    expect(await failing).toEqual(names(6).map(() => done))
  })

  test('wait for nothing once one of them meets an outage', async () => {
    const { batcher, open, next } = batching()
    const failing = Promise.allSettled(names(6).map((id) => batcher.submit(id)))
    const batch = await next()
    batch.fallApart()
    const outage = new Error('outage')
    for (const one of [await next(), await next(), await next(), await next()]) one.fail(outage)
    expect(await failing).toEqual(names(6).map(() => ({ status: 'rejected', reason: outage })))
    expect(open).toEqual([])
  })

  test('stay apart from others when they are submitted again', async () => {
    const { batcher, next } = batching()
    const first = Promise.allSettled(names(2).map((id) => batcher.submit(id)))
    const batch = await next()
    batch.fallApart()
    for (const one of [await next(), await next()]) one.fail(new Error('outage'))
    await first
    const again = Promise.all(['0', 'other'].map((id) => batcher.submit(id)))
    const transactions = [await next(), await next()]
    expect(transactions.map(({ ids }) => ids)).toEqual([['0'], ['other']])
    for (const one of transactions) one.answer(done)
    expect(await again).toEqual([done, done])
  })
})

const large = { outcome: 'large' } as const

describe('large events', () => {
  test('are committed one after the other, and hold up no others', async () => {
    const { batcher, open, next, apart } = batching()
    const settled = Promise.all(names(3).map((id) => batcher.submit(id)))
    const batch = await next()
    batch.answer(large)
    const first = await next()
    expect(first.ids).toEqual(['0'])

    const others = Promise.all(names(2, 'other').map((id) => batcher.submit(id)))
    const together = await next()
    expect(together.ids).toEqual(names(2, 'other'))
    together.answer(done)
    expect(await others).toEqual([done, done])
    expect(open).toEqual([])

    first.answer(done)
    const second = await next()
    expect([second.ids, open]).toEqual([['1'], []])
    second.answer(done)
    const third = await next()
    third.answer(done)
    expect(await settled).toEqual([done, done, done])
    expect(apart).toEqual(['large', 'large', 'large'])
  })

  test('wait in a number that is bounded', async () => {
    const { batcher, next, apart } = batching()
    const settled = names(12).map((id) => batcher.submit(id))
    const batch = await next()
    batch.answer(large)
    expect(await Promise.all(settled.slice(9))).toEqual(names(3).map(() => ({ outcome: 'crowded' })))
    expect(apart.filter((reason) => reason === 'crowded')).toHaveLength(3)
    for (const _ of names(9)) (await next()).answer(done)
    expect(await Promise.all(settled.slice(0, 9))).toEqual(names(9).map(() => done))
  })

  test('wait for nothing once one of them meets an outage', async () => {
    const { batcher, open, next } = batching()
    const settled = Promise.allSettled(names(3).map((id) => batcher.submit(id)))
    const batch = await next()
    batch.answer(large)
    const outage = new Error('outage')
    const first = await next()
    first.fail(outage)
    expect(await settled).toEqual(names(3).map(() => ({ status: 'rejected', reason: outage })))
    expect(open).toEqual([])
  })

  test('are large in quarantine as well', async () => {
    const { batcher, next } = batching()
    const settled = Promise.all(names(2).map((id) => batcher.submit(id)))
    const batch = await next()
    batch.fallApart()
    for (const one of [await next(), await next()]) one.answer(large)
    const first = await next()
    expect(first.ids).toEqual(['0'])
    first.answer(done)
    const second = await next()
    second.answer(done)
    expect(await settled).toEqual([done, done])
  })
})

test('an event for which a batch had no room is in the next one, however often', async () => {
  const { batcher, next, apart } = batching()
  const settled = batcher.submit('1')
  for (const _ of names(5)) (await next()).answer({ outcome: 'full' })
  const last = await next()
  last.answer(done)
  expect(await settled).toEqual(done)
  expect(apart).toEqual(names(5).map(() => 'full'))
})
