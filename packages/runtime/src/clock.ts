import type { ThrottledLogger } from './logger.ts'
import { metrics } from './metrics.ts'

/** A smaller difference may come from the way of the answer. Signatures tolerate minutes. */
const DIFFERENCE_MS = 1_000

/** From this difference on a line says so. NTP keeps clocks within a few milliseconds. */
const WRONG_MS = 5_000

const wallClock = Date.now

export interface Clock {
  /**
   * Milliseconds since 1970 by the clock of the database, as far as it was asked; until then by this machine's. Grows
   * steadily, whatever happens to this machine's clock.
   */
  now(): number
  /** Asks the database for its time, and says how far this machine's clock is off. Rejects like `timeOfDatabase`. */
  synchronize(): Promise<void>
}

export function createClock(timeOfDatabase: () => Promise<Date>, throttledLog: ThrottledLogger): Clock {
  let startedAt = wallClock() - performance.now()
  const now = () => Math.round(startedAt + performance.now())

  return {
    now,
    synchronize: async () => {
      const askedAt = performance.now()
      const time = (await timeOfDatabase()).getTime()
      const tookMs = performance.now() - askedAt
      const right = time + tookMs / 2
      if (Math.abs(right - now()) > DIFFERENCE_MS + tookMs) startedAt = right - performance.now()
      report(wallClock() - right, tookMs, throttledLog)
    },
  }
}

function report(aheadMs: number, uncertainMs: number, throttledLog: ThrottledLogger): void {
  metrics.clockAhead.set(aheadMs / 1_000)
  if (Math.abs(aheadMs) < WRONG_MS + uncertainMs) return
  throttledLog.warn('The clock of this machine is wrong', { aheadSeconds: Math.round(aheadMs / 1_000) })
}

/**
 * Makes `Date.now()` of this process the clock. For BullMQ, which dates and compares the delays of jobs by it and has no
 * setting for another one: a worker whose clock is a day ahead would delay jobs for a day, for all workers.
 */
export function useClock({ now }: Clock): void {
  Date.now = now
}

/** `Date.now()` as a date. `new Date()` would be the time of this machine, whatever `useClock` was told. */
export const currentTime = (): Date => new Date(Date.now())
