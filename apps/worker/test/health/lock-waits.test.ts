import { expect, test } from '@jest/globals'
import { createLogger } from '@sluice/runtime/logger'
import { createLockWaits } from '../../src/health/lock-waits.ts'

const lock = (heldMs: number) => ({ table: 'users', pid: 7, applicationName: null, heldMs })

const pauseFor = (heldMs: number | undefined) => {
  const waits = createLockWaits(createLogger('worker', 'error'))
  waits.pauseMs('a', lock(60_000)) // the job has waited for a minute
  return waits.pauseMs('a', heldMs === undefined ? undefined : lock(heldMs))
}

test.each([
  ['a lock that was just taken, however long the job has waited for others', 0, 75, 125],
  ['a lock that has been held for two seconds', 2_000, 750, 1_250],
  ['a lock that has been held for an hour', 3_600_000, 3_750, 6_250],
  ['a lock that nobody knows', undefined, 750, 1_250],
])('the pause for %s', (_, heldMs, least, most) => {
  const pause = pauseFor(heldMs)
  expect(pause).toBeGreaterThanOrEqual(least)
  expect(pause).toBeLessThanOrEqual(most)
})
