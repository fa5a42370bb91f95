import type { VerifiedEvent } from '@sluice/events'

/** An event as ingest verified it. */
export const received = (eventId: string, changes: Partial<VerifiedEvent> = {}): VerifiedEvent => ({
  provider: 'stripe',
  eventId,
  type: 'invoice.paid',
  account: null,
  livemode: false,
  apiVersion: null,
  occurredAt: new Date('2026-01-05T09:00:00Z'),
  orderingKey: `stripe::${eventId}`,
  customerId: null,
  subscriptionId: null,
  headers: {},
  rawBody: Buffer.from('{}'),
  ...changes,
})
