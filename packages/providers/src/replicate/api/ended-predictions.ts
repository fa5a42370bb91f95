import type { VerifiedEvent } from '@sluice/events'
import { withRetry } from '../../with-retry.ts'
import { fetchedPrediction } from '../fetched-event.ts'
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
  ids: string[],
  until: Date,
): AsyncGenerator<VerifiedEvent[]> {
  for (const id of ids) {
    const event = fetchedPrediction(id, await withRetry(() => api.prediction(id), pauseMs))
    yield event?.occurredAt && event.occurredAt <= until ? [event] : []
  }
}

/** Retries after status 429, 5xx and no answer. */
const pauseMs = (error: unknown): number | null =>
  error instanceof ReplicateApiError && /^replicate_(429|5\d\d|unavailable)$/.test(error.code) ? 0 : null
