import { FINAL_PREDICTION_STATUSES, type VerifiedEvent } from '@sluice/events'
import { z } from 'zod'
import { readReplicateEvent } from './event.ts'

const ended = z.object({ id: z.string(), status: z.enum(FINAL_PREDICTION_STATUSES) })

/**
 * Creates the final webhook of a prediction from the API's response, which is the same object. Null if the prediction
 * has not ended or has a different id.
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

/** The host may insert the job of a prediction a moment after it has started it. */
const INSERTED_WITHIN_MS = 60_000

/**
 * Whether a prediction had ended before the host told us of it: the host copied its generation job from elsewhere, and
 * does not wait for the end.
 */
export const hadEndedBefore = ({ occurredAt }: VerifiedEvent, seenAt: Date): boolean =>
  occurredAt !== null && occurredAt.getTime() < seenAt.getTime() - INSERTED_WITHIN_MS
