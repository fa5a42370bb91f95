import type { SentPage, SentQuestion } from '@sluice/events'
import { oneByOne } from '../../progress.ts'
import type { ApiSettings, ProviderApi } from '../../provider-api.ts'
import { createReplicateApi, type ReplicateApi, ReplicateApiError } from './client.ts'
import { endedPredictions } from './ended-predictions.ts'

export function openReplicate({ key: token, base, timeoutMs }: ApiSettings): ProviderApi {
  const api = createReplicateApi({ token, base, timeoutMs })
  return { sentEvents: (question) => endsOf(api, question), explain }
}

/** @throws {ReplicateApiError} */
async function* endsOf(api: ReplicateApi, { since, until, recorded }: SentQuestion): AsyncGenerator<SentPage> {
  const ids = await recorded.predictionsWithoutEnd(since, until)
  yield* oneByOne(endedPredictions(api, ids, until), 'predictions', ids.length)
}

function explain(error: unknown): string | undefined {
  if (!(error instanceof ReplicateApiError)) return undefined
  const [, status] = /_(40[13])$/.exec(error.code) ?? []
  if (status) return `Replicate answered ${status}: is REPLICATE_API_TOKEN right?`
  return `Replicate did not answer: ${error.code}. Try again later.`
}
