/** What the board answers. Types alone: the board has checked its answers against the schemas. */
export type { EventLife } from '../../../src/api/schemas/event-life.ts'
export type { EventItem, EventPage } from '../../../src/api/schemas/events.ts'

/** A row that a text leads to. */
export interface Found {
  kind: string
  id: string
  related: Record<string, string | number | string[]>
}
