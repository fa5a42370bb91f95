import type { ListedEvent, SentPage, SentQuestion } from '@sluice/events'
import type { Pool } from 'pg'
import { appendListed, recordedStatuses } from './append-listed.ts'
import type { Hours } from './hours.ts'
import { recordedObjects } from './recorded-objects.ts'

export interface ReconcileOptions
  extends Pick<SentQuestion, 'since' | 'until' | 'handledTypes' | 'onRefusedAccount' | 'onRefusedEndpoints'> {
  /** Whether to append missed events. */
  repair: boolean
  /** Counts the listed events by hour, as they are before a repair. */
  hours: Hours
}

export interface Reconciled extends Omit<SentPage, 'events'> {
  /** How many events of the provider were compared with the inbox. */
  checked: number
  /** Events that the inbox does not have; with `repair`, the events that were appended. */
  missed: ListedEvent[]
}

/**
 * Compares the events that a provider should have sent with the inbox, page by page. An event in the inbox counts as
 * received, whatever its status. With `repair`, a missed event is appended like a webhook, and the sweeper enqueues it;
 * one from before its endpoint existed is appended as silent.
 *
 * @throws the errors of `sentEvents`. Pages that were repaired before stay repaired.
 */
export async function* reconcile(
  pool: Pool,
  { provider: { name }, api: { sentEvents } }: ReconcileSource,
  { repair, hours, ...period }: ReconcileOptions,
): AsyncGenerator<Reconciled> {
  const missedSubscriptions = new Set<string | null>()
  const recorded = recordedObjects(pool, name, missedSubscriptions)
  for await (const { events, ...progress } of sentEvents({ ...period, recorded })) {
    const statusOf = await recordedStatuses(pool, events)
    hours.add(events, statusOf)
    const unrecorded = events.filter((event) => statusOf(event) === undefined)
    const missed = repair ? await appendListed(pool, unrecorded) : unrecorded
    for (const { subscriptionId } of missed) missedSubscriptions.add(subscriptionId)
    yield { ...progress, checked: events.length, missed }
  }
}

/** A provider and the client of its API. */
export interface ReconcileSource {
  provider: { name: string }
  api: { sentEvents(question: SentQuestion): AsyncIterable<SentPage> }
}
