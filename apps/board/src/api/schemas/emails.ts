import { z } from 'zod'
import { pageOf, time } from './common.ts'
import { Document } from './event-life.ts'

/** An e-mail. Its recipient is not shown, and of its subject a viewer sees the length. Its text is not kept. */
export const EmailItem = z.object({
  id: z.string(),
  effectKey: z.string(),
  kind: z.string(),
  subject: z.string(),
  /** `sent, pending, failed, skipped`. */
  outcome: z.string(),
  /** Why it failed, or was skipped after it was begun. */
  error: z.string().nullable(),
  sentAt: time.nullable(),
  customerId: z.string().nullable(),
  /** The event that caused it; null if that is deleted. */
  event: z.object({ provider: z.string(), eventId: z.string() }).nullable(),
})

export type EmailItem = z.output<typeof EmailItem>

/** `GET /api/emails`. What was skipped before it was begun stands among the effects of its event. */
export const EmailPage = pageOf(EmailItem)

export type EmailPage = z.output<typeof EmailPage>

/** `GET /api/emails/:key`. Its text is shown by a `reveal` alone. */
export const EmailLife = z.object({
  email: EmailItem.omit({ id: true, event: true }).extend({
    event: z.object({ provider: z.string(), eventId: z.string(), type: z.string() }).nullable(),
  }),
  /** The effect that sends it; null once it is deleted. */
  effect: z.object({ id: z.string(), attempts: z.number(), availableAt: time }).nullable(),
  /** Failed ones. */
  attempts: z.array(
    z.object({
      number: z.number(),
      startedAt: time,
      failedAt: time,
      error: z.string(),
      /** Null while no traces are sent. */
      traceId: z.string().nullable(),
    }),
  ),
  /** Documents that went along. */
  documents: z.array(Document.omit({ isOwn: true })),
  /** Keys of those whose place another document has taken. */
  replaced: z.array(z.string()),
})

export type EmailLife = z.output<typeof EmailLife>
