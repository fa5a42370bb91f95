import { expect, test } from '@jest/globals'
import { createClock, currentTime, useClock } from '../src/clock.ts'
import { metrics } from '../src/metrics.ts'

const DAY_MS = 86_400_000

function watching(timeOfDatabase: () => Promise<Date>) {
  const lines: object[] = []
  const clock = createClock(timeOfDatabase, { warn: (_message, keys) => lines.push(keys ?? {}), error: () => {} })
  return { clock, lines }
}

const aheadSeconds = async () => (await metrics.clockAhead.get()).values[0]?.value

test('a clock that is a day ahead of the database follows the database, and says so', async () => {
  const { clock, lines } = watching(async () => new Date(Date.now() - DAY_MS))
  expect(Math.abs(clock.now() - Date.now())).toBeLessThan(1_000)
  await clock.synchronize()
  expect(Math.abs(clock.now() - (Date.now() - DAY_MS))).toBeLessThan(1_000)
  expect(lines).toEqual([{ aheadSeconds: 86_400 }])
  expect(await aheadSeconds()).toBeCloseTo(86_400, -1)
})

test('a clock that is right to the second stays as it is, and says nothing', async () => {
  const { clock, lines } = watching(async () => new Date(Date.now() + 400))
  await clock.synchronize()
  expect(Math.abs(clock.now() - Date.now())).toBeLessThan(300)
  expect(lines).toEqual([])
})

test('a database that does not answer leaves the clock as it was', async () => {
  const { clock } = watching(() => Promise.reject(new Error('outage')))
  await expect(clock.synchronize()).rejects.toThrow('outage')
  expect(Math.abs(clock.now() - Date.now())).toBeLessThan(1_000)
})

test('the whole process tells the time by the clock that it uses', () => {
  const before = Date.now
  try {
    useClock({ now: () => 42, synchronize: async () => {} })
    expect([Date.now(), currentTime()]).toEqual([42, new Date(42)])
  } finally {
    Date.now = before
  }
})
