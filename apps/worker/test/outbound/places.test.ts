import { expect, test } from '@jest/globals'
import { BusyError, createPlaces } from '../../src/outbound/places.ts'

/** Work that ends when told. */
const held = () => {
  let end = () => {}
  const over = new Promise<void>((resolve) => {
    end = resolve
  })
  return { work: () => over, end: () => end() }
}

test('so many run, as many wait, and the others are sent away', async () => {
  const places = createPlaces(2)
  const works = Array.from({ length: 4 }, held)
  let started = 0
  const runs = works.map(({ work }) =>
    places.run(() => {
      started += 1
      return work()
    }),
  )
  await expect(places.run(async () => {})).rejects.toBeInstanceOf(BusyError)
  expect(started).toBe(2)
  for (const { end } of works) end()
  await Promise.all(runs)
  expect(started).toBe(4)
  expect(await places.run(async () => 'free')).toBe('free')
})

test('those who are sent away come back one after another, and after half a minute at the latest', async () => {
  const places = createPlaces(1, 1)
  const { work, end } = held()
  const running = places.run(work)
  const retries: number[] = []
  for (let index = 0; index < 2_000; index += 1)
    await places.run(async () => {}).catch((error: BusyError) => retries.push(error.retryMs))
  expect(retries[0]).toBe(100)
  expect(retries[99]).toBeGreaterThan(5_000)
  expect(Math.max(...retries)).toBeLessThanOrEqual(30_000)
  expect(new Set(retries.slice(1_000)).size).toBeGreaterThan(500)
  end()
  await running
})
