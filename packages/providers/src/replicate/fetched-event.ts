import { FINAL_PREDICTION_STATUSES, type VerifiedEvent } from '@sluice/events'
import { z } from 'zod'
import { readReplicateEvent } from './event.ts'

const ended = z.object({ id: z.string(), status: z.enum(FINAL_PREDICTION_STATUSES) })

/**
 * A prediction that the API shows, as the webhook of its end, whose body is the same object. It goes into the inbox like
 * one that was sent. Null when it is not over, or another than `predictionId`.
 */
export function fetchedPrediction(predictionId: string, shown: unknown): VerifiedEvent | null {
  const { data } = ended.safeParse(shown)
  if (data?.id !== predictionId) return null
  return {
    ...readReplicateEvent(shown, `fetch-${predictionId}-${data.status}`),
    headers: { 'sluice-fetched-for': predictionId },
    rawBody: Buffer.from(JSON.stringify(shown)),
  }
}
