import type { EventItem } from '../../api/types.ts'

/** Rows that the page keeps, and arrivals that it keeps while it is paused. */
const KEPT = 200

/** The rows of a live list. */
export interface LiveRows {
  /** Newest first. */
  shown: EventItem[]
  /** Arrived while it is paused, newest first. */
  held: EventItem[]
  /** Arrivals that were left out: too many to show. */
  left: number
  paused: boolean
  /** Arrivals since the page was opened. */
  arrived: number
}

export const EMPTY: LiveRows = { shown: [], held: [], left: 0, paused: false, arrived: 0 }

export type LiveChange =
  | { kind: 'arrived'; event: EventItem }
  | { kind: 'ended'; event: EventItem }
  | { kind: 'listed'; events: EventItem[] }
  | { kind: 'more'; count: number }
  | { kind: 'pause' }
  | { kind: 'resume' }
  | { kind: 'clear' }

/** A row that is there is replaced by its newer state in its place; others come first, or are held while it is paused. */
export function changed(rows: LiveRows, change: LiveChange): LiveRows {
  if (change.kind === 'clear') return { ...EMPTY, paused: rows.paused }
  if (change.kind === 'pause') return { ...rows, paused: true }
  if (change.kind === 'resume') return { ...rows, paused: false, shown: merged(rows.held, rows.shown), held: [] }
  if (change.kind === 'more') return { ...rows, left: rows.left + change.count, arrived: rows.arrived + change.count }
  if (change.kind === 'listed') return listed(rows, change.events)
  return changedBy(rows, change.event, change.kind === 'arrived')
}

function changedBy(rows: LiveRows, event: EventItem, isNew: boolean): LiveRows {
  if (rows.shown.some(({ id }) => id === event.id)) return { ...rows, shown: replaced(rows.shown, event) }
  if (rows.held.some(({ id }) => id === event.id)) return { ...rows, held: replaced(rows.held, event) }
  // The end of an event that left the list long ago.
  if (!isNew) return rows
  const arrived = rows.arrived + 1
  if (!rows.paused) return { ...rows, arrived, shown: merged([event], rows.shown) }
  const held = merged([event], rows.held)
  return { ...rows, arrived, held, left: rows.left + (rows.held.length === KEPT ? 1 : 0) }
}

/** The newest rows, as read when the stream was opened: it may have brought newer states meanwhile. */
function listed(rows: LiveRows, events: EventItem[]): LiveRows {
  const known = new Set([...rows.shown, ...rows.held].map(({ id }) => id))
  const unknown = events.filter(({ id }) => !known.has(id))
  return rows.paused && rows.shown.length > 0
    ? { ...rows, held: merged(unknown, rows.held) }
    : { ...rows, shown: merged(unknown, rows.shown) }
}

const replaced = (rows: EventItem[], event: EventItem): EventItem[] =>
  rows.map((row) => (row.id === event.id ? event : row))

const merged = (some: EventItem[], others: EventItem[]): EventItem[] =>
  [...some, ...others].sort((a, b) => Number(b.id) - Number(a.id)).slice(0, KEPT)
