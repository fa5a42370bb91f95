import type { JobsOptions } from 'bullmq'

const HOUR = 60 * 60
const DAY = 24 * HOUR

/**
 * How often a job may fail is decided by whoever processes it (it ends a job with `UnrecoverableError`), since only
 * Postgres remembers attempts when Redis forgets: the number here is a ceiling nobody reaches.
 */
export const JOB_OPTIONS: JobsOptions = {
  attempts: 1_000,
  backoff: { type: 'jittered' },
  removeOnComplete: { age: HOUR, count: 1_000 },
  removeOnFail: { age: 30 * DAY },
  stackTraceLimit: 3,
}

/** Exponential, half of it by chance, so that what failed together does not come back together. In milliseconds. */
export function backoffMs(attempt: number, firstMs: number, maxMs: number, random = Math.random()): number {
  const whole = Math.min(maxMs, firstMs * 2 ** (attempt - 1))
  return Math.round(whole / 2 + (whole / 2) * random)
}
