import type { SentPage, SentQuestion, VerifiedEvent } from '@sluice/events'
import type { Pool } from 'pg'
import { prismaOf } from '../client.ts'
import { createInbox } from '../inbox/append.ts'
import { recordedObjects } from './recorded-objects.ts'

/** A webhook that is younger may still be on its way. */
const ARRIVES_WITHIN_MS = 5 * 60_000

export interface ReconcileOptions extends Pick<SentQuestion, 'since' | 'until' | 'handledTypes' | 'onRefusedAccount'> {
  /** Appends what was missed. */
  repair: boolean
}

export interface Reconciled extends Omit<SentPage, 'events'> {
  /** How many events of the provider were compared with the inbox. */
  checked: number
  /** Those that the inbox does not have, or did not have when `repair` appended them. */
  missed: VerifiedEvent[]
}

/** Until when a provider is asked: every webhook that was sent before has arrived, or is missing. */
export const reconcileUntil = (): Date => new Date(Date.now() - ARRIVES_WITHIN_MS)

/**
 * Compares what a provider should have sent with the inbox, page by page. A recorded event counts as received, whatever
 * became of it. With `repair` a missed one is appended as a webhook would be; it has no job, so the sweeper gives it one.
 *
 * @throws what `sentEvents` throws; pages that were repaired before stay so.
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

/** @returns those that did not arrive by themselves meanwhile. */
async function append(pool: Pool, events: VerifiedEvent[]): Promise<VerifiedEvent[]> {
  const inbox = createInbox(pool)
  const appended = await Promise.all(events.map((event) => inbox.append(event)))
  return events.filter((_, index) => appended[index]?.duplicate === false)
}
