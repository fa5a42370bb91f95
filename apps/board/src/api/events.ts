import { listEvents } from '@sluice/database/inspect'
import { cursor, eventFilter, limit } from './query.ts'
import { route } from './route.ts'
import { EventPage } from './schemas/events.ts'

/** Events of the inbox, newest first. */
export const events = route({
  path: '/events',
  query: eventFilter.extend({ cursor, limit }),
  answer: EventPage,
  read: async (reader, { cursor, limit, ...filter }) => {
    const rows = await listEvents(reader, filter, { before: cursor, limit: limit + 1 })
    const items = rows.slice(0, limit)
    return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null }
  },
})
