import { setTimeout as sleep } from 'node:timers/promises'
import type { ThrottledLogger } from '@sluice/runtime/logger'

const PROBE_INTERVAL_MS = 500

/** Longer than the pause of a job that met the outage, so that a lasting outage is reported without gaps. */
const RECENT_MS = 5_000

export interface OutageWatch {
  /** Pauses fetching until the probe succeeds. Every job that meets the outage may call it. */
  noticed(reason: string): void
  isOut(): boolean
  /** Why Postgres is out, or was a moment ago: with a full disk some statements succeed. Null if it is not. */
  latestReason(): string | null
}

/** Pauses workers during a Postgres outage, when no job can succeed. */
export function watchOutage(
  workers: { pause(doNotWaitActive: boolean): Promise<void>; resume(): void }[],
  probe: () => Promise<unknown>,
  throttledLog: ThrottledLogger,
): OutageWatch {
  let out = false
  let latest = { reason: '', at: Number.NEGATIVE_INFINITY }

  async function wait(reason: string): Promise<void> {
    throttledLog.warn('Postgres outage, fetching paused', { reason })
    await Promise.allSettled(workers.map((worker) => worker.pause(true)))
    while (!(await answers())) await sleep(PROBE_INTERVAL_MS)
    for (const worker of workers) worker.resume()
    out = false
    throttledLog.warn('Postgres answers, fetching resumed')
  }

  const answers = () =>
    probe().then(
      () => true,
      () => false,
    )

  return {
    noticed: (reason) => {
      latest = { reason, at: performance.now() }
      if (out) return
      out = true
      void wait(reason)
    },
    isOut: () => out,
    latestReason: () => (out || performance.now() - latest.at < RECENT_MS ? latest.reason : null),
  }
}
