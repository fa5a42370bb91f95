import type { ListedEvent, VerifiedEvent } from '@sluice/events'
import type { Pool } from 'pg'
import { prismaOf } from '../client.ts'
import { createInbox } from '../inbox/append.ts'

/** The events that the inbox does not have. */
export async function withoutRecorded(pool: Pool, events: ListedEvent[]): Promise<ListedEvent[]> {
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
