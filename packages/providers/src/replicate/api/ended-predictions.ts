import type { ListedEvent, StartedPrediction } from '@sluice/events'
import { withRetry } from '../../with-retry.ts'
import { fetchedPrediction, hadEndedBefore } from '../fetched-event.ts'
import { type ReplicateApi, ReplicateApiError } from './client.ts'

/**
 * Requests each prediction, one after another, far below Replicate's limit
 * (https://replicate.com/docs/topics/predictions/rate-limits). The list endpoint cannot be used, because it omits the
 * output (https://replicate.com/docs/reference/http#predictions.list).
 *
 * @param until later webhooks may still be in transit.
 * @returns a page for each prediction: its final event, or empty if it has not ended.
 * @throws {ReplicateApiError}
 */
export async function* endedPredictions(
  api: ReplicateApi,
  started: StartedPrediction[],
  until: Date,
): AsyncGenerator<ListedEvent[]> {
  for (const { id, seenAt } of started) {
    const event = fetchedPrediction(id, await predictionWithRetry(api, id))
    const hasEnded = event?.occurredAt && event.occurredAt <= until
    yield hasEnded ? [{ ...event, isPast: hadEndedBefore(event, seenAt) }] : []
  }
}

/** @throws {ReplicateApiError} */
export const predictionWithRetry = (api: ReplicateApi, id: string): Promise<unknown> =>
  withRetry(() => api.prediction(id), pauseMs)

/** Retries after status 429, 5xx and no answer. */
const pauseMs = (error: unknown): number | null =>
  error instanceof ReplicateApiError && /^replicate_(429|5\d\d|unavailable)$/.test(error.code) ? 0 : null
