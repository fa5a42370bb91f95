import type { ListedEvent, VerifiedEvent } from '@sluice/events'
import type { Pool } from 'pg'
import { prismaOf } from '../client.ts'
import { createInbox } from '../inbox/append.ts'

/** @returns the status in the inbox of each of these events; undefined for one that is not there */
export async function recordedStatuses(
  pool: Pool,
  events: ListedEvent[],
): Promise<(event: ListedEvent) => string | undefined> {
  if (events.length === 0) return () => undefined
  const rows = await prismaOf(pool).webhookEvent.findMany({
    where: {
      provider: { in: [...new Set(events.map(({ provider }) => provider))] },
      eventId: { in: events.map(({ eventId }) => eventId) },
    },
    select: { provider: true, eventId: true, status: true },
  })
  const statuses = new Map(rows.map((row) => [keyOf(row), row.status]))
  return (event) => statuses.get(keyOf(event))
}

const keyOf = ({ provider, eventId }: Pick<VerifiedEvent, 'provider' | 'eventId'>): string => `${provider} ${eventId}`

/**
 * Appends events like webhooks, those of the past as silent.
 *
 * @returns the appended events, without those that arrived meanwhile.
 */
export async function appendListed(pool: Pool, events: ListedEvent[]): Promise<ListedEvent[]> {
  const inboxes = { present: createInbox(pool), past: createInbox(pool, { silent: true }) }
  const appended = await Promise.all(events.map((event) => inboxes[event.isPast ? 'past' : 'present'].append(event)))
  return events.filter((_, index) => appended[index]?.duplicate === false)
}
