import type { JobsOptions } from 'bullmq'

const HOUR = 60 * 60
const DAY = 24 * HOUR

/**
 * `attempts` is never reached. The processor limits attempts itself and ends a job with `UnrecoverableError`, because
 * Postgres keeps the count even if Redis loses its data.
 */
export const JOB_OPTIONS: JobsOptions = {
  attempts: 1_000,
  backoff: { type: 'jittered' },
  removeOnComplete: { age: HOUR, count: 1_000 },
  removeOnFail: { age: 30 * DAY },
  stackTraceLimit: 3,
}

/**
 * Exponential back-off in milliseconds. Half of it is random, so that jobs that failed together are not retried
 * together.
 */
export function backoffMs(attempt: number, firstMs: number, maxMs: number, random = Math.random()): number {
  const whole = Math.min(maxMs, firstMs * 2 ** (attempt - 1))
  return Math.round(whole / 2 + (whole / 2) * random)
}
