import { setTimeout as sleep } from 'node:timers/promises'

const ATTEMPTS = 5
const FIRST_WAIT_MS = 1_000
/** Who wants to be left alone for longer is not waited for. */
const MAX_WAIT_MS = 60_000

/**
 * Asks again while the other side only cannot answer now: after 1, 2, 4 and 8 s, or as long as it said.
 *
 * @param passing how long it wants to be left alone, in milliseconds, 0 when it did not say; null for what will not pass.
 * @throws what `ask` threw last.
 */
export async function patiently<T>(ask: () => Promise<T>, passing: (error: unknown) => number | null): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ask()
    } catch (error) {
      const wantedMs = passing(error)
      const waitMs = Math.max(wantedMs ?? 0, FIRST_WAIT_MS * 2 ** (attempt - 1))
      if (wantedMs === null || attempt === ATTEMPTS || waitMs > MAX_WAIT_MS) throw error
      await sleep(waitMs)
    }
  }
}
