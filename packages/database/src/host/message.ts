import { HOST_MESSAGE_TYPES } from '@sluice/events'
import { z } from 'zod'

const Payload = z.object({
  type: z.enum(HOST_MESSAGE_TYPES),
  subject: z.string(),
  imported: z
    .object({
      provider: z.string(),
      since: z.string().nullable(),
      lists: z.array(z.object({ name: z.string(), listed: z.number(), added: z.number() })),
    })
    .optional(),
})

export const PendingMessage = z.object({
  id: z.string(),
  key: z.string(),
  payload: Payload,
  /** When it was written. */
  availableAt: z.date(),
  /** When the thing happened that it is about. */
  occurredAt: z.date(),
  /** How often this endpoint did not take it. */
  attempts: z.number(),
  /** Since it was written. */
  ageSeconds: z.number(),
})

/** A message that an endpoint has not acknowledged yet. */
export type PendingMessage = z.infer<typeof PendingMessage>
