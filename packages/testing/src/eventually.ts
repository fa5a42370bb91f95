import { setTimeout as pause } from 'node:timers/promises'

const PAUSE_MS = 50

/** Repeats an assertion until it holds and returns its result. After `timeoutMs` it throws the last failure. */
export async function eventually<T>(assert: () => T | Promise<T>, timeoutMs = 60_000): Promise<T> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    try {
      return await assert()
    } catch (error) {
      if (Date.now() > deadline) throw error
    }
    await pause(PAUSE_MS)
  }
}
