import { describe, expect, test } from '@jest/globals'
import { watchRoom } from '../src/room.ts'

const MB = 1024 * 1024
const info = (used: number, limit: number, machine = 8_000) =>
  `used_memory:${used * MB}\r\nmaxmemory:${limit * MB}\r\ntotal_system_memory:${machine * MB}\r\n`

/** A clock that a test sets, and a Redis whose answers it gives. */
function room(answer: () => string[]) {
  const clock = { ms: 0, measured: 0 }
  const measure = async () => {
    clock.measured += 1
    return answer()
  }
  return { clock, ...watchRoom(measure, () => clock.ms) }
}

describe('events may ride in jobs', () => {
  test.each([
    ['below 80 % of maxmemory', [info(79, 100)], true],
    ['not from 80 % on', [info(80, 100)], false],
    ['not when one master of a Cluster is that full', [info(10, 100), info(81, 100)], false],
    ['without maxmemory, below 80 % of the machine', [info(6_300, 0)], true],
    ['without maxmemory, not from there on', [info(6_500, 0)], false],
    ['without Redis', [], true],
  ])('%s', async (_when, infos, expected) => {
    expect(await room(() => infos).hasRoomFor(1_000)).toBe(expected)
  })

  test('not when Redis does not answer', async () => {
    const { hasRoomFor } = room(() => {
      throw new Error('no answer')
    })
    expect(await hasRoomFor(1)).toBe(false)
  })

  test('as many as fit between two measurements, one of which is made a second', async () => {
    const { clock, hasRoomFor } = room(() => [info(70, 100)])
    const taken = await Promise.all(Array.from({ length: 100 }, () => hasRoomFor(MB)))
    expect(taken.filter(Boolean)).toHaveLength(6) // 10 MB free, 1.5 for each
    expect(clock.measured).toBe(1)
    clock.ms = 1_000
    expect(await hasRoomFor(MB)).toBe(true)
    expect(clock.measured).toBe(2)
  })

  test('where Redis tells nothing of its memory, up to 64 MB in one outage', async () => {
    const { clock, hasRoomFor } = room(() => [''])
    const taken = async () => {
      let count = 0
      while (await hasRoomFor(MB)) count += 1
      return count
    }
    expect(await taken()).toBe(42)
    clock.ms = 50_000
    expect(await taken()).toBe(0)
    clock.ms = 120_000 // nobody asked for a minute
    expect(await taken()).toBe(42)
  })
})
