import { z } from 'zod'
import { pageOf, time } from './common.ts'

/** A row of the inbox. */
export const EventItem = z.object({
  id: z.string(),
  provider: z.string(),
  eventId: z.string(),
  type: z.string(),
  account: z.string().nullable(),
  livemode: z.boolean().nullable(),
  apiVersion: z.string().nullable(),
  customerId: z.string().nullable(),
  subscriptionId: z.string().nullable(),
  /** `received, processed, ignored, failed`. */
  status: z.string(),
  /** Failures since it was received or redriven. */
  attempts: z.number(),
  /** Why it failed or was ignored. */
  error: z.string().nullable(),
  /** Why it waits without using an attempt. */
  waitingFor: z.string().nullable(),
  /** It tells of the past: nobody was notified. */
  silent: z.boolean(),
  occurredAt: time.nullable(),
  receivedAt: time,
  processedAt: time.nullable(),
})

export type EventItem = z.output<typeof EventItem>

/** `GET /api/events`. */
export const EventPage = pageOf(EventItem)

export type EventPage = z.output<typeof EventPage>
