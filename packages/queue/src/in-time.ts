import { PRODUCER_DEADLINE_MS } from './backend.ts'

/** The outcome of a timed-out call is unknown, so every call here must be safe to repeat. */
export function inTime<T>(promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('the queue store did not answer in time')), PRODUCER_DEADLINE_MS + 100)
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}
