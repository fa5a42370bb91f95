import { expect, test } from '@jest/globals'
import { eventually } from '@sluice/testing'
import { repeat } from '../../src/schedules/repeat.ts'

const NEVER_MS = 3_600_000

test('what is repeated is done at once, and before its time when it is wanted soon', async () => {
  let times = 0
  const count = async () => {
    times += 1
  }
  const counting = repeat(count, NEVER_MS, () => {})
  await eventually(() => expect(times).toBe(1))
  counting.soon()
  await eventually(() => expect(times).toBe(2))
  await counting.stop()
  counting.soon()
  expect(times).toBe(2)
})

test('what is wanted soon while it is being done is done once more, and never beside itself', async () => {
  const ends: (() => void)[] = []
  let atOnce = 0
  const work = async () => {
    atOnce += 1
    await new Promise<void>((resolve) => ends.push(resolve))
    atOnce -= 1
  }
  const working = repeat(work, NEVER_MS, () => {})
  await eventually(() => expect(ends).toHaveLength(1))
  working.soon()
  working.soon()
  expect(atOnce).toBe(1)
  ends[0]?.()
  await eventually(() => expect(ends).toHaveLength(2))
  expect(atOnce).toBe(1)
  const stopped = working.stop()
  ends[1]?.()
  await stopped
  expect(ends).toHaveLength(2)
})

test('its errors are passed to the callback, and it continues', async () => {
  const seen: unknown[] = []
  const failing = repeat(
    async () => {
      throw new Error('once more')
    },
    1,
    (error) => seen.push(error),
  )
  await eventually(() => expect(seen.length).toBeGreaterThan(2))
  await failing.stop()
})
