import type { SentPage, SentQuestion, VerifiedEvent } from '@sluice/events'
import type { Pool } from 'pg'
import { prismaOf } from '../client.ts'
import { createInbox } from '../inbox/append.ts'
import { recordedObjects } from './recorded-objects.ts'

/** A younger webhook may still be in transit. */
const ARRIVES_WITHIN_MS = 5 * 60_000

export interface ReconcileOptions extends Pick<SentQuestion, 'since' | 'until' | 'handledTypes' | 'onRefusedAccount'> {
  /** Whether to append missed events. */
  repair: boolean
}

export interface Reconciled extends Omit<SentPage, 'events'> {
  /** How many events of the provider were compared with the inbox. */
  checked: number
  /** Events that the inbox does not have; with `repair`, the events that were appended. */
  missed: VerifiedEvent[]
}

/** The end of the period to compare. A webhook sent earlier has either arrived or is missed. */
export const reconcileUntil = (): Date => new Date(Date.now() - ARRIVES_WITHIN_MS)

/**
 * Compares the events that a provider should have sent with the inbox, page by page. An event in the inbox counts as
 * received, whatever its status. With `repair`, a missed event is appended like a webhook, and the sweeper enqueues it.
 *
 * @throws the errors of `sentEvents`. Pages that were repaired before stay repaired.
 */
export async function* reconcile(
  pool: Pool,
  sentEvents: (question: SentQuestion) => AsyncIterable<SentPage>,
  { repair, ...period }: ReconcileOptions,
): AsyncGenerator<Reconciled> {
  const missedSubscriptions = new Set<string | null>()
  const recorded = recordedObjects(pool, missedSubscriptions)
  for await (const { events, ...progress } of sentEvents({ ...period, recorded })) {
    const unrecorded = await withoutRecorded(pool, events)
    const missed = repair ? await append(pool, unrecorded) : unrecorded
    for (const { subscriptionId } of missed) missedSubscriptions.add(subscriptionId)
    yield { ...progress, checked: events.length, missed }
  }
}

async function withoutRecorded(pool: Pool, events: VerifiedEvent[]): Promise<VerifiedEvent[]> {
  if (events.length === 0) return []
  const rows = await prismaOf(pool).webhookEvent.findMany({
    where: {
      provider: { in: [...new Set(events.map(({ provider }) => provider))] },
      eventId: { in: events.map(({ eventId }) => eventId) },
    },
    select: { provider: true, eventId: true },
  })
  const recorded = new Set(rows.map(keyOf))
  return events.filter((event) => !recorded.has(keyOf(event)))
}

const keyOf = ({ provider, eventId }: Pick<VerifiedEvent, 'provider' | 'eventId'>): string => `${provider} ${eventId}`

/** @returns the appended events, without those that arrived meanwhile. */
async function append(pool: Pool, events: VerifiedEvent[]): Promise<VerifiedEvent[]> {
  const inbox = createInbox(pool)
  const appended = await Promise.all(events.map((event) => inbox.append(event)))
  return events.filter((_, index) => appended[index]?.duplicate === false)
}
