import { describe, expect, test } from '@jest/globals'
import { inPace } from '../src/lib/pace.ts'

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index)

describe('work in pace', () => {
  test('is done once on every item, in their order, and no more at once than asked for', async () => {
    const [begun, underWay]: [number[], Set<number>] = [[], new Set()]
    let most = 0
    await inPace(numbers(10), { atOnce: 3 }, async (item) => {
      begun.push(item)
      most = Math.max(most, underWay.add(item).size)
      await new Promise(setImmediate)
      underWay.delete(item)
    })
    expect(begun).toEqual(numbers(10))
    expect(most).toBe(3)
  })

  test('begins no faster than so many in a second', async () => {
    const started = performance.now()
    const begun: number[] = []
    await inPace(numbers(5), { atOnce: 5, perSecond: 50 }, async () => void begun.push(performance.now() - started))
    for (const [index, moment] of begun.entries()) expect(moment).toBeGreaterThanOrEqual(index * 20 - 2)
    expect(begun).toHaveLength(5)
  })

  test('stops at the first that throws, and says so', async () => {
    const begun: number[] = []
    const work = async (item: number) => {
      begun.push(item)
      if (item === 2) throw new Error('the third')
    }
    await expect(inPace(numbers(100), { atOnce: 1 }, work)).rejects.toThrow('the third')
    expect(begun).toEqual([0, 1, 2])
  })

  test('is never called for an empty list', async () => {
    const begun: number[] = []
    await inPace([], { atOnce: 2 }, async (item) => void begun.push(item))
    expect(begun).toEqual([])
  })
})
