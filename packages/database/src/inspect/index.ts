export { type EventLife, readEventLife } from './event-life.ts'
export { type EventPage, type EventRow, listEvents } from './events.ts'
export { EVENT_STATUSES, type EventFilter } from './filter.ts'
export type { TouchedRow } from './touched-rows.ts'
