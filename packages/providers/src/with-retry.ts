import { setTimeout as sleep } from 'node:timers/promises'

const WAITS_MS = [1_000, 2_000, 4_000, 8_000]
const MAX_WAIT_MS = 60_000

/**
 * Retries an API call while the API is unavailable: after each of `waitsMs`, or after the requested delay if that is
 * longer.
 *
 * @param pauseMs the delay that the API requested, in milliseconds, or 0; null if a retry cannot succeed.
 * @param maxWaitMs if the API requests a longer delay, the call fails instead.
 * @throws the last error of `ask`.
 */
export async function withRetry<T>(
  ask: () => Promise<T>,
  pauseMs: (error: unknown) => number | null,
  waitsMs: readonly number[] = WAITS_MS,
  maxWaitMs = MAX_WAIT_MS,
): Promise<T> {
  for (const waitMs of waitsMs) {
    try {
      return await ask()
    } catch (error) {
      const wantedMs = pauseMs(error)
      if (wantedMs === null || wantedMs > maxWaitMs) throw error
      await sleep(Math.max(wantedMs, waitMs))
    }
  }
  return ask()
}
