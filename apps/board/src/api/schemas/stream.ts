import { z } from 'zod'
import { EventItem } from './events.ts'

/**
 * `GET /api/stream` takes the filter of `GET /api/events`, without `q`, `since` and `until`. Its server-sent events:
 *
 * - `arrived` and `ended`: data is an `EventItem`, id is its row;
 * - `more`: data is `{ count }`, of events that were left out because there are too many to show;
 * - `reload`: data is `{}`: too much was missed to resume; read the list again.
 *
 * A comment is sent at least every 15 seconds. After a break the browser sends `Last-Event-ID`, and up to 500 events that
 * arrived meanwhile follow.
 */
export const StreamItem = EventItem

export type StreamItem = z.output<typeof StreamItem>

export const StreamMore = z.object({ count: z.number() })

export type StreamMore = z.output<typeof StreamMore>
