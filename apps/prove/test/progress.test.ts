import { expect, test } from '@jest/globals'
import { startProgress } from '../src/progress.ts'

test('each run is a line with the time left', () => {
  const written: string[] = []
  let now = 0
  const stderr = { isTTY: false, write: (text: string) => written.push(text) > 0 }
  const progress = startProgress(3, stderr, () => now)

  progress.step('F12 base 1 broken')
  now = 40 * 60_000
  progress.advance('F12 base 1 holds')
  now = 2 * 40 * 60_000
  progress.advance('F13 base 1 BROKEN')
  progress.advance('F14 base 1 holds')

  expect(written).toEqual([
    '1 of 3: F12 base 1 holds, 1 h 20 min left\n',
    '2 of 3: F13 base 1 BROKEN, 40 min left\n',
    '3 of 3: F14 base 1 holds\n',
  ])
})
