import { expect, test } from '@jest/globals'
import { createLimit } from '../../src/events/fetch-limit.ts'

test('a limit has room for twenty questions in a second', async () => {
  let now = 0
  const limit = createLimit(() => now)
  for (let asked = 0; asked < 20; asked += 1) {
    expect(limit.waitMs()).toBe(0)
    await limit.run(async () => undefined)
  }
  now = 400
  expect(limit.waitMs()).toBe(600)
  now = 1_000
  expect(limit.waitMs()).toBe(0)
})

test('a question that fails makes room as well, and its error is passed on', async () => {
  let now = 0
  const limit = createLimit(() => now)
  const refusals = Array.from({ length: 20 }, () => limit.run(() => Promise.reject(new Error('refused'))))
  for (const refusal of refusals) await expect(refusal).rejects.toThrow('refused')
  now = 1_000
  expect(limit.waitMs()).toBe(0)
})

test('a limit has room again as questions end and seconds pass', async () => {
  let now = 0
  const limit = createLimit(() => now)
  const ends: (() => void)[] = []
  const asked = Array.from({ length: 20 }, () => limit.run(() => new Promise<void>((end) => ends.push(end))))
  expect(limit.waitMs()).toBe(1_000)
  now = 1_500
  expect(limit.waitMs()).toBe(1) // a second has passed, and nobody has had an answer
  for (const end of ends) end()
  await Promise.all(asked)
  expect(limit.waitMs()).toBe(0)
  limit.pauseFor(500)
  expect(limit.waitMs()).toBe(500)
  limit.pauseFor(100)
  expect(limit.waitMs()).toBe(500)
})
