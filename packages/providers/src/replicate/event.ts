import { createHash } from 'node:crypto'
import { RefusalError } from '@sluice/events'
import { z } from 'zod'
import type { WebhookRequest } from '../provider.ts'
import { identifier } from '../text.ts'
import { isoDate } from '../time.ts'

/**
 * A prediction or a training: the body is the same object as the API's (https://replicate.com/docs/topics/webhooks).
 * An optional field may be absent or null. Unknown statuses are accepted.
 */
const prediction = z.object({
  id: z.string(),
  status: z.string(),
  completed_at: z.unknown().optional(),
  started_at: z.unknown().optional(),
  created_at: z.unknown().optional(),
  urls: z.object({ get: z.string() }).optional().catch(undefined),
})

/** @throws RefusalError `invalid_payload` when the body is not a prediction. */
export function readReplicateEvent(payload: unknown, eventId: string) {
  const { success, data } = prediction.safeParse(payload)
  if (!success) throw new RefusalError('invalid_payload', 'not_an_event')
  const kind = data.urls?.get.includes('/trainings/') ? 'training' : 'prediction'
  return {
    provider: 'replicate',
    eventId: identifier(eventId),
    type: identifier(`${kind}.${data.status}`),
    account: null,
    livemode: null,
    apiVersion: null,
    occurredAt: isoDate(data.completed_at) ?? isoDate(data.started_at) ?? isoDate(data.created_at),
    orderingKey: `replicate:${identifier(data.id)}`,
    customerId: null,
    subscriptionId: null,
  }
}

/**
 * The message id, which is the same in every retry. For an unsigned request without an id it is the hash of the body.
 */
export function messageId({ headers, body }: WebhookRequest): string {
  const id = headers['webhook-id']
  return typeof id === 'string' && id !== '' ? id : `unsigned-${createHash('sha256').update(body).digest('hex')}`
}
