import type { FoundEvent, SentPage, SentQuestion } from '@sluice/events'
import { oneByOne } from '../../progress.ts'
import type { ApiSettings, FoundQuestion, ProviderApi } from '../../provider-api.ts'
import { fetchedPrediction, hadEndedBefore } from '../fetched-event.ts'
import { createReplicateApi, type ReplicateApi, ReplicateApiError } from './client.ts'
import { endedPredictions, predictionWithRetry } from './ended-predictions.ts'

export function openReplicate({ key: token, base, timeoutMs }: ApiSettings): ProviderApi {
  const api = createReplicateApi({ token, base, timeoutMs })
  return {
    sentEvents: (question) => endsOf(api, question),
    one: { hasForm: isPredictionId, find: (id, question) => foundEnd(api, id, question) },
    explain,
  }
}

/** Lower case letters and digits (https://replicate.com/docs/reference/http#predictions.get). */
const isPredictionId = (id: string): boolean => /^[a-z0-9]{1,100}$/.test(id)

/** @throws {ReplicateApiError} */
async function* endsOf(api: ReplicateApi, { since, until, recorded }: SentQuestion): AsyncGenerator<SentPage> {
  const started = await recorded.predictionsWithoutEnd(since, until)
  yield* oneByOne(endedPredictions(api, started, until), 'predictions', started.length)
}

/**
 * Other applications may use the same account of Replicate, so a prediction is ours if the host has its generation job.
 * @throws {ReplicateApiError}
 */
async function foundEnd(api: ReplicateApi, id: string, { recorded }: FoundQuestion): Promise<FoundEvent> {
  const prediction = await predictionWithRetry(api, id)
  if (prediction === undefined) return 'unknown'
  const started = await recorded.prediction(id)
  if (started === undefined) return 'not_ours'
  const event = fetchedPrediction(id, prediction)
  return event ? { ...event, isPast: hadEndedBefore(event, started.seenAt) } : 'unfinished'
}

function explain(error: unknown): string | undefined {
  if (!(error instanceof ReplicateApiError)) return undefined
  const [, status] = /_(40[13])$/.exec(error.code) ?? []
  if (status) return `Replicate answered ${status}: is REPLICATE_API_TOKEN right?`
  return `Replicate did not answer: ${error.code}. Try again later.`
}
