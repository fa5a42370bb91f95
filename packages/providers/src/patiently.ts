import { setTimeout as sleep } from 'node:timers/promises'

const WAITS_MS = [1_000, 2_000, 4_000, 8_000]
/** Who wants to be left alone for longer is not waited for. */
const MAX_WAIT_MS = 60_000

/**
 * Asks again while the other side only cannot answer now: after each of `waitsMs`, or as long as it said.
 *
 * @param passing how long it wants to be left alone, in milliseconds, 0 when it did not say; null for what will not pass.
 * @throws what `ask` threw last.
 */
export async function patiently<T>(
  ask: () => Promise<T>,
  passing: (error: unknown) => number | null,
  waitsMs: readonly number[] = WAITS_MS,
): Promise<T> {
  for (const waitMs of waitsMs) {
    try {
      return await ask()
    } catch (error) {
      const wantedMs = passing(error)
      if (wantedMs === null || wantedMs > MAX_WAIT_MS) throw error
      await sleep(Math.max(wantedMs, waitMs))
    }
  }
  return ask()
}
