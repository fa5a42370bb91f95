import type { VerifiedEvent } from '@sluice/events'
import { patiently } from '../../patiently.ts'
import { fetchedPrediction } from '../fetched-event.ts'
import { type ReplicateApi, ReplicateApiError } from './client.ts'

/**
 * Asks of each prediction how it ended, one after the other, which is far from what Replicate allows
 * (https://replicate.com/docs/topics/predictions/rate-limits). The list of predictions would not do: it shows no output
 * (https://replicate.com/docs/reference/http#predictions.list).
 *
 * @param until what ended later may still be told.
 * @returns a page for each, with the event of its end, or empty.
 * @throws {ReplicateApiError}
 */
export async function* endedPredictions(
  api: ReplicateApi,
  ids: string[],
  until: Date,
): AsyncGenerator<VerifiedEvent[]> {
  for (const id of ids) {
    const event = fetchedPrediction(id, await patiently(() => api.prediction(id), passing))
    yield event?.occurredAt && event.occurredAt <= until ? [event] : []
  }
}

/** Too many requests, an error of theirs, or no answer. */
const passing = (error: unknown): number | null =>
  error instanceof ReplicateApiError && /^replicate_(429|5\d\d|away)$/.test(error.code) ? 0 : null
