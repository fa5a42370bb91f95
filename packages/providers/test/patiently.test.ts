import { describe, expect, test } from '@jest/globals'
import { patiently } from '../src/patiently.ts'

const WAITS_MS = [1, 2]

/** Fails so often, and then answers. */
function failing(times: number) {
  let asked = 0
  const ask = async () => {
    asked += 1
    if (asked <= times) throw new Error(`failure ${asked}`)
    return `answer ${asked}`
  }
  return { ask, asked: () => asked }
}

describe('who cannot answer now', () => {
  test('is asked again, as often as there are waits', async () => {
    expect(await patiently(failing(2).ask, () => 0, WAITS_MS)).toBe('answer 3')
    await expect(patiently(failing(3).ask, () => 0, WAITS_MS)).rejects.toThrow('failure 3')
  })

  test('is left alone for as long as it said', async () => {
    const startedAt = performance.now()
    expect(await patiently(failing(1).ask, () => 100, WAITS_MS)).toBe('answer 2')
    expect(performance.now() - startedAt).toBeGreaterThan(95)
  })

  test.each([
    ['who wants to be left alone for more than a minute', 61_000],
    ['who will not answer', null],
  ])('%s is not asked again', async (_who, wantedMs) => {
    const { ask, asked } = failing(1)
    await expect(patiently(ask, () => wantedMs)).rejects.toThrow('failure 1')
    expect(asked()).toBe(1)
  })
})
