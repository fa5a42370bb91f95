import type { VerifiedEvent } from '@sluice/events'
import { type EventSignature, isSignedBy } from './event-signature.ts'

/** Data of a `webhook-events` job: ids, and the event itself only if Postgres has not recorded it. */
export interface EventJob {
  provider: string
  eventId: string
  type: string
  /** Id of the inbox row, if known. */
  id?: string
  event?: VerifiedEvent
  /** Ingest's signature of `event`. */
  signature?: EventSignature
}

/** `EventJob` as JSON: bytes in base64, times in ISO 8601. */
export interface EventJobData {
  provider: string
  eventId: string
  id?: string
  /** Number of failed requests to the provider’s API about this event. */
  outages?: number
  event?: Omit<VerifiedEvent, 'rawBody' | 'occurredAt'> & { rawBody: string; occurredAt: string | null }
  signature?: EventSignature
}

export function toData({ provider, eventId, id, event, signature }: EventJob): EventJobData {
  const ids: EventJobData = id ? { provider, eventId, id } : { provider, eventId }
  if (!event) return ids
  const occurredAt = event.occurredAt?.toISOString() ?? null
  const carried = { ...event, occurredAt, rawBody: event.rawBody.toString('base64') }
  return { event: carried, ...(signature && { signature }), ...ids }
}

/** Ingest takes no other ids. Postgres would refuse a NUL, and every row that shares its statement. */
const ID = /^[^\p{Cc}\p{Cs}]{1,255}$/u

/** Whether the data of a job has the ids of an event, as all that Sluice writes has. */
export function hasIds(data: unknown): data is EventJobData {
  if (typeof data !== 'object' || data === null) return false
  const { provider, eventId, id } = data as Record<string, unknown>
  return [provider, eventId, id ?? 'none'].every((value) => typeof value === 'string' && ID.test(value))
}

/** An event from a job. Anyone who can write to Redis may have put it there. */
export type CarriedEvent =
  | { verdict: 'signed'; event: VerifiedEvent; key: string; receivedAt: number }
  | { verdict: 'unsigned'; event: VerifiedEvent }
  | { verdict: 'malformed' }

/**
 * The event carried by a job; undefined when the job has ids only. `signed` says that the holder of `key` signed it,
 * not whose key that is.
 */
export function eventIn(data: EventJobData): CarriedEvent | undefined {
  if (data.event === undefined) return undefined
  try {
    const event = eventOf(data.event)
    if (data.provider !== event.provider || data.eventId !== event.eventId) return { verdict: 'malformed' }
    if (data.signature === undefined) return { verdict: 'unsigned', event }
    if (!isSignedBy(data.signature, event)) return { verdict: 'malformed' }
    return { verdict: 'signed', event, key: data.signature.key, receivedAt: data.signature.receivedAt }
  } catch {
    return { verdict: 'malformed' } // not what any ingest writes
  }
}

function eventOf(carried: NonNullable<EventJobData['event']>): VerifiedEvent {
  const occurredAt = carried.occurredAt === null ? null : new Date(carried.occurredAt)
  return { ...carried, occurredAt, rawBody: Buffer.from(carried.rawBody, 'base64') }
}
