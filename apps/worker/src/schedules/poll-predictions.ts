import { appendEvent } from '@sluice/database/inbox'
import type { Pool } from '@sluice/database/pool'
import { leaseOverduePredictions } from '@sluice/database/reconcile'
import { fetchedPrediction } from '@sluice/providers/replicate'
import type { ReplicateApi } from '@sluice/providers/replicate/api'
import type { Producer } from '@sluice/queue'
import { reasonOf, type ThrottledLogger } from '@sluice/runtime/logger'
import { type Repeated, repeat } from './repeat.ts'

export interface Polling {
  pool: Pool
  producer: Producer
  replicate: ReplicateApi
}

/** In one round, one after the other: far from what Replicate allows (https://replicate.com/docs/topics/predictions/rate-limits). */
const AT_ONCE = 20

/** A timer of its own: a slow Replicate must not hold up the sweep. Without a token nobody is asked. */
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
 * Asks how the predictions ended whose webhooks did not come. An end goes the way of a webhook: through the inbox, where
 * it is there once, and the merges, to which it says the same as the webhook that comes after all.
 *
 * @throws {ReplicateApiError} and asks no more: what is left comes again when its lease is over.
 */
export async function pollPredictions({ pool, producer, replicate }: Polling): Promise<void> {
  for (const predictionId of await leaseOverduePredictions(pool, AT_ONCE)) {
    const event = fetchedPrediction(predictionId, await replicate.prediction(predictionId))
    if (!event) continue
    const id = await appendEvent(pool, event)
    const { provider, eventId, type } = event
    await producer.enqueue({ provider, eventId, type, id }).catch(() => {}) // it is swept
  }
}
