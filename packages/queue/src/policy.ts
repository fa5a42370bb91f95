import type { JobsOptions } from 'bullmq'

const HOUR = 60 * 60
const DAY = 24 * HOUR

/**
 * The processor limits attempts by ending a job with `UnrecoverableError`, since only Postgres remembers attempts when
 * Redis loses them: the number here is a ceiling that is never reached.
 */
export const JOB_OPTIONS: JobsOptions = {
  attempts: 1_000,
  backoff: { type: 'jittered' },
  removeOnComplete: { age: HOUR, count: 1_000 },
  removeOnFail: { age: 30 * DAY },
  stackTraceLimit: 3,
}

/** Exponential back-off in milliseconds, half of it random, so that jobs that failed together do not return together. */
export function backoffMs(attempt: number, firstMs: number, maxMs: number, random = Math.random()): number {
  const whole = Math.min(maxMs, firstMs * 2 ** (attempt - 1))
  return Math.round(whole / 2 + (whole / 2) * random)
}
