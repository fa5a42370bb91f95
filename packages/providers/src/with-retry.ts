import { setTimeout as sleep } from 'node:timers/promises'

const WAITS_MS = [1_000, 2_000, 4_000, 8_000]
/** An API that asks for a longer pause is not waited for. */
const MAX_WAIT_MS = 60_000

/**
 * Asks an API again while it is unavailable: after each of `waitsMs`, or after the pause that it asked for if longer.
 *
 * @param pauseMs the pause that the API asked for, in milliseconds, 0 if it named none; null if asking again is useless.
 * @throws the last error of `ask`.
 */
export async function withRetry<T>(
  ask: () => Promise<T>,
  pauseMs: (error: unknown) => number | null,
  waitsMs: readonly number[] = WAITS_MS,
): Promise<T> {
  for (const waitMs of waitsMs) {
    try {
      return await ask()
    } catch (error) {
      const wantedMs = pauseMs(error)
      if (wantedMs === null || wantedMs > MAX_WAIT_MS) throw error
      await sleep(Math.max(wantedMs, waitMs))
    }
  }
  return ask()
}
