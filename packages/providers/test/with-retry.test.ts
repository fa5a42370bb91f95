import { describe, expect, test } from '@jest/globals'
import { withRetry } from '../src/with-retry.ts'

const WAITS_MS = [1, 2]

/** Fails this many times, and then answers. */
function failing(times: number) {
  let asked = 0
  const ask = async () => {
    asked += 1
    if (asked <= times) throw new Error(`failure ${asked}`)
    return `answer ${asked}`
  }
  return { ask, asked: () => asked }
}

describe('an API that is unavailable', () => {
  test('is asked again, as often as there are waits', async () => {
    expect(await withRetry(failing(2).ask, () => 0, WAITS_MS)).toBe('answer 3')
    await expect(withRetry(failing(3).ask, () => 0, WAITS_MS)).rejects.toThrow('failure 3')
  })

  test('is left alone for the pause that it asked for', async () => {
    const startedAt = performance.now()
    expect(await withRetry(failing(1).ask, () => 100, WAITS_MS)).toBe('answer 2')
    expect(performance.now() - startedAt).toBeGreaterThan(95)
  })

  test.each([
    ['asks for a pause of more than a minute', 61_000],
    ['refuses', null],
  ])('is not asked again when it %s', async (_when, pauseMs) => {
    const { ask, asked } = failing(1)
    await expect(withRetry(ask, () => pauseMs)).rejects.toThrow('failure 1')
    expect(asked()).toBe(1)
  })
})
