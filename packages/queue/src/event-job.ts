import type { VerifiedEvent } from '@sluice/events'

/** Data of a `webhook-events` job: ids, and the event itself only if Postgres has not recorded it. */
export interface EventJob {
  provider: string
  eventId: string
  type: string
  /** Id of the inbox row, if known. */
  id?: string
  event?: VerifiedEvent
}

/** `EventJob` as JSON: bytes in base64, times in ISO 8601. */
export interface EventJobData {
  provider: string
  eventId: string
  id?: string
  /** Number of failed requests to the provider’s API about this event. */
  outages?: number
  event?: Omit<VerifiedEvent, 'rawBody' | 'occurredAt'> & { rawBody: string; occurredAt: string | null }
}

export function toData({ provider, eventId, id, event }: EventJob): EventJobData {
  const ids: EventJobData = id ? { provider, eventId, id } : { provider, eventId }
  if (!event) return ids
  const occurredAt = event.occurredAt?.toISOString() ?? null
  return { event: { ...event, occurredAt, rawBody: event.rawBody.toString('base64') }, ...ids }
}

/** The event carried by a job; undefined when the job has ids only. */
export function eventIn({ event }: EventJobData): VerifiedEvent | undefined {
  if (!event) return undefined
  const occurredAt = event.occurredAt === null ? null : new Date(event.occurredAt)
  return { ...event, occurredAt, rawBody: Buffer.from(event.rawBody, 'base64') }
}
