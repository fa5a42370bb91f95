import { expect, test } from '@jest/globals'
import { atMostEvery } from '../src/at-most-every.ts'

function counter() {
  const calls = { count: 0, now: 0, fails: false }
  const work = async () => {
    calls.count += 1
    if (calls.fails) throw new Error('failed')
    return calls.count
  }
  return { calls, ask: atMostEvery(1000, work, () => calls.now) }
}

test('calls within the time share a result, and the next one after it gets another', async () => {
  const { calls, ask } = counter()
  expect([await ask(), await ask()]).toEqual([1, 1])
  calls.now = 999
  expect(await ask()).toBe(1)
  calls.now = 1000
  expect(await ask()).toBe(2)
})

test('calls share a run that takes longer than the time', async () => {
  let now = 0
  let count = 0
  const ends: (() => void)[] = []
  const work = () => {
    count += 1
    return new Promise<void>((resolve) => ends.push(resolve))
  }
  const ask = atMostEvery(1000, work, () => now)
  const first = ask()
  now = 5000
  const second = ask()
  ends[0]?.()
  await Promise.all([first, second])
  expect(count).toBe(1)
})

test('a failure is told to its callers and not kept', async () => {
  const { calls, ask } = counter()
  calls.fails = true
  await expect(Promise.all([ask(), ask()])).rejects.toThrow('failed')
  calls.fails = false
  expect(await ask()).toBe(2)
})
