export { listDeadLetterGroups, listDeadLetterMembers } from './dead-letters.ts'
export { type EventLife, readEventLife } from './event-life.ts'
export { type EventPage, type EventRow, listEvents } from './events.ts'
export { EVENT_STATUSES, type EventFilter } from './filter.ts'
export { findParts } from './parts.ts'
export {
  largestId,
  readSigns,
  readTailRows,
  type TailFilter,
  type TailRow,
  type TailSign,
  tailPredicate,
} from './tail.ts'
export type { TouchedRow } from './touched-rows.ts'
