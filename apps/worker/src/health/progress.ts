import type { Worker } from 'bullmq'

const STUCK_MS = 60_000

export interface Progress {
  /** True, or that jobs wait and none has moved for a minute. */
  isAlive(): boolean | string
  stop(): void
}

/** Watches that jobs move while jobs wait: a worker can answer pings and fetch nothing. */
export function watchProgress(
  workers: Worker[],
  isWaiting: () => Promise<boolean>,
  isExcused: () => boolean,
): Progress {
  let movedAt = Date.now()
  const moved = () => {
    movedAt = Date.now()
  }
  for (const worker of workers) worker.on('active', moved).on('completed', moved).on('failed', moved)
  const timer = setInterval(() => {
    // An outage of a store is no fault of this process: a restart would not end it.
    isWaiting().then(
      (waits) => {
        if (!waits || isExcused()) moved()
      },
      () => moved(),
    )
  }, 5_000)
  return {
    isAlive: () => Date.now() - movedAt < STUCK_MS || 'jobs wait and none has moved for a minute',
    stop: () => clearInterval(timer),
  }
}
