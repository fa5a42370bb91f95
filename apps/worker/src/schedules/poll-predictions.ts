import { appendEvent } from '@sluice/database/inbox'
import type { Pool } from '@sluice/database/pool'
import { leaseOverduePredictions } from '@sluice/database/reconcile'
import { fetchedPrediction, hadEndedBefore } from '@sluice/providers/replicate'
import type { ReplicateApi } from '@sluice/providers/replicate/api'
import type { Producer } from '@sluice/queue'
import { reasonOf, type ThrottledLogger } from '@sluice/runtime/logger'
import { type Repeated, repeat } from './repeat.ts'

export interface Polling {
  pool: Pool
  producer: Producer
  replicate: ReplicateApi
}

/**
 * Maximum number of predictions per round. They are requested one after another, far below Replicate's limit
 * (https://replicate.com/docs/topics/predictions/rate-limits).
 */
const AT_ONCE = 20

/** Polls on a separate timer, so that a slow Replicate API does not delay the sweep. Does nothing without a token. */
export function startPolling(
  { replicate, ...stores }: Omit<Polling, 'replicate'> & { replicate: ReplicateApi | null },
  intervalMs: number,
  throttledLog: ThrottledLogger,
): Repeated {
  const work = async () => {
    if (replicate) await pollPredictions({ ...stores, replicate })
  }
  return repeat(work, intervalMs, (error) =>
    throttledLog.warn('Request to Replicate failed', { reason: reasonOf(error) }),
  )
}

/**
 * Asks Replicate for predictions whose final event is overdue, and records each final state like the webhook that
 * should have reported it. A webhook that arrives later has the same facts, so it changes nothing.
 *
 * @throws {ReplicateApiError} and leaves the remaining predictions to a later round, after their lease has expired.
 */
export async function pollPredictions({ pool, producer, replicate }: Polling): Promise<void> {
  for (const { id: predictionId, seenAt } of await leaseOverduePredictions(pool, AT_ONCE)) {
    const event = fetchedPrediction(predictionId, await replicate.prediction(predictionId))
    if (!event) continue
    const id = await appendEvent(pool, event, hadEndedBefore(event, seenAt))
    const { provider, eventId, type } = event
    await producer.enqueue({ provider, eventId, type, id }).catch(() => {}) // the sweeper finds it
  }
}
