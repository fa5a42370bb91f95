import { setTimeout as sleep } from 'node:timers/promises'
import type { Settled } from './outcome.ts'

/** An event that waits for its transaction. */
export interface Submission {
  id: string
  /** Number of transactions that were or are to try it, this one included. */
  round: number
  resolve(settled: Settled): void
  reject(error: unknown): void
}

export interface LaneOptions {
  /** Transactions at the same time. */
  atOnce: number
  /** Commits one event and settles it. */
  commit(one: Submission): Promise<void>
  /** How long its place stays empty afterwards, in milliseconds. */
  restMs?(tookMs: number): number
}

export interface Lane {
  add(one: Submission): void
  /** Number of events that wait. */
  waiting(): number
}

/** Commits events one per transaction. */
export function createLane({ atOnce, commit, restMs = () => 0 }: LaneOptions): Lane {
  const waiting: Submission[] = []
  let running = 0

  function start(): void {
    while (running < atOnce && waiting.length > 0) {
      running += 1
      void run(waiting.shift() as Submission).finally(() => {
        running -= 1
        start()
      })
    }
  }

  async function run(one: Submission): Promise<void> {
    const startedAt = performance.now()
    try {
      await commit(one)
    } catch (error) {
      // During an outage the others would only wait for the same error.
      for (const { reject } of [one, ...waiting.splice(0)]) reject(error)
    }
    const rest = restMs(performance.now() - startedAt)
    if (rest > 0) await sleep(rest, undefined, { ref: false })
  }

  return {
    add: (one) => {
      waiting.push(one)
      start()
    },
    waiting: () => waiting.length,
  }
}
