import type { ReceivedEvent } from '@sluice/events'

export const MONDAY = new Date('2026-11-16T10:00:00Z')
export const SECOND = MONDAY.getTime() / 1000

/** A Stripe event as the worker passes it to `decide`, created on Monday. */
export const stripe = (type: string, object: unknown, previousAttributes?: unknown): ReceivedEvent => ({
  provider: 'stripe',
  eventId: 'evt_1',
  type,
  account: null,
  livemode: false,
  apiVersion: null,
  occurredAt: MONDAY,
  payload: { object: 'event', type, data: { object, previous_attributes: previousAttributes } },
})

/** A Replicate event as the worker passes it to `decide`. */
export const replicate = (type: string, payload: unknown): ReceivedEvent => ({
  provider: 'replicate',
  eventId: 'msg_1',
  type,
  account: null,
  livemode: null,
  apiVersion: null,
  occurredAt: MONDAY,
  payload,
})
