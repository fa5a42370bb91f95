import type { Worker } from 'bullmq'

const STUCK_MS = 60_000

export interface Progress {
  /** True, or the reason: jobs are waiting and none has made progress for a minute. */
  isAlive(): boolean | string
  stop(): void
}

/** Watches that waiting jobs make progress, because a worker may answer pings but fetch no jobs. */
export function watchProgress(
  workers: Worker[],
  isWaiting: () => Promise<boolean>,
  isExcused: () => boolean,
): Progress {
  let movedAt = performance.now()
  const moved = () => {
    movedAt = performance.now()
  }
  for (const worker of workers) worker.on('active', moved).on('completed', moved).on('failed', moved)
  const timer = setInterval(() => {
    // A store outage does not count, because a restart would not end it.
    isWaiting().then(
      (waits) => {
        if (!waits || isExcused()) moved()
      },
      () => moved(),
    )
  }, 5_000)
  return {
    isAlive: () => performance.now() - movedAt < STUCK_MS || 'jobs are waiting and none has made progress for a minute',
    stop: () => clearInterval(timer),
  }
}
