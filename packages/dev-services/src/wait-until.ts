import { setTimeout as pause } from 'node:timers/promises'

/** Asks again every 20 ms until the answer is true. False when it was not within `timeoutMs`. */
export async function waitUntil(isTrue: () => boolean | Promise<boolean>, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs
  while (Date.now() < deadline) {
    if (await isTrue()) return true
    await pause(20)
  }
  return false
}

/** A process that belongs to somebody else (EPERM) lives as well. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
