import { setTimeout as sleep } from 'node:timers/promises'

export interface PaceOptions {
  /** Maximum concurrency. */
  atOnce: number
  /** Maximum number of starts per second; default: no limit. */
  perSecond?: number
}

/** Runs `work` for every item within the limits. Stops at the first error. */
export async function inPace<T>(
  items: readonly T[],
  { atOnce, perSecond }: PaceOptions,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const start = performance.now()
  let next = 0
  const lane = async () => {
    while (next < items.length) {
      const index = next++
      if (perSecond) await sleep(Math.max(0, start + (index / perSecond) * 1000 - performance.now()))
      await work(items[index] as T)
    }
  }
  const stop = (error: unknown) => {
    next = items.length
    throw error
  }
  await Promise.all(Array.from({ length: atOnce }, () => lane().catch(stop)))
}
