import { expect, test } from '@jest/globals'
import { syncedBytes } from '../src/faults/power-loss.ts'

test.each([
  ['nothing is certain but what was there before', ['7 write(9, ""..., 40) = 40'], 100],
  ['what was written before a sync is', ['7 write(9, ""..., 40) = 40', '7 fdatasync(9)        = 0'], 140],
  [
    'what is written while a sync runs is not',
    [
      '7 write(9, ""..., 40) = 40',
      '8 fdatasync(9 <unfinished ...>',
      '7 write(9, ""..., 5)  = 5',
      '8 <... fdatasync resumed>)           = 0',
    ],
    140,
  ],
  ['a sync that never ended proves nothing', ['7 write(9, ""..., 40) = 40', '8 fdatasync(9 <unfinished ...>'], 100],
  ['other files do not count', ['7 write(4, ""..., 40) = 40', '7 fdatasync(4) = 0', '7 fdatasync(9) = 0'], 100],
])('after a loss of power %s', (_what, lines, bytes) => {
  expect(syncedBytes(lines.join('\n'), 9, 100)).toBe(bytes)
})
