import type { VerifiedEvent } from '@sluice/events'
import { withRetry } from '../../with-retry.ts'
import { fetchedPrediction } from '../fetched-event.ts'
import { type ReplicateApi, ReplicateApiError } from './client.ts'

/**
 * Asks for each prediction, one after the other, far below Replicate's limit
 * (https://replicate.com/docs/topics/predictions/rate-limits). The list of predictions shows no output
 * (https://replicate.com/docs/reference/http#predictions.list).
 *
 * @param until the webhook of a later end may still be on its way.
 * @returns a page for each prediction, with the event of its end, or empty.
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

/** Asking again helps after too many requests, an error of Replicate's, or no answer. */
const pauseMs = (error: unknown): number | null =>
  error instanceof ReplicateApiError && /^replicate_(429|5\d\d|unavailable)$/.test(error.code) ? 0 : null
