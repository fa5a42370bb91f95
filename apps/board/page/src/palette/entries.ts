import type { Found } from '../api/types.ts'

/** A line of the palette, and the address that it opens. */
export interface Entry {
  key: string
  kind: string
  label: string
  about: string
  to: string
}

const PLACES: [label: string, to: string, about: string][] = [
  ['Events', '/events', 'the inbox, the newest first'],
  ['Failed events', '/events?status=failed', ''],
  ['Waiting events', '/events?status=received', 'received, and not yet processed'],
  ['Live', '/live', 'what arrives, and what becomes of it'],
  ['Dead letters', '/d', 'what failed for good, by cause'],
  ['Overview', '/overview', 'what needs attention'],
  ['Queues', '/queues', 'Bull Board'],
]

/** Views whose name begins a word with this text, and the search for it among events. */
export function placesFor(text: string): Entry[] {
  const wanted = text.toLowerCase()
  const places = PLACES.filter(([label]) =>
    label
      .toLowerCase()
      .split(' ')
      .some((word) => word.startsWith(wanted)),
  )
  const views = places.map(([label, to, about]) => ({ key: to, kind: 'view', label, about, to }))
  return text.length < 3 ? views : [...views, eventsWith(text)]
}

const eventsWith = (text: string): Entry => {
  const to = `/events?${new URLSearchParams({ q: text })}`
  return { key: to, kind: 'search', label: text, about: 'events with this id, or this part of one', to }
}

export const entriesOf = (found: Found[]): Entry[] => found.map(entryOf)

function entryOf({ kind, id, related }: Found): Entry {
  const { status, ...others } = related
  const about = [status ?? '', ...Object.entries(others).map(([name, value]) => `${name} ${[value].flat().join(', ')}`)]
  return {
    key: `${kind} ${id}`,
    kind,
    label: id,
    about: about.filter(Boolean).join(' · '),
    to: addressOf(kind, id, related),
  }
}

/** The view of a row; of a row without a view, the events that are about it. */
function addressOf(kind: string, id: string, related: Found['related']): string {
  const path = encodeURIComponent(id)
  if (kind === 'event') return `/e/${related['provider'] ?? 'stripe'}/${path}`
  if (kind === 'customer') return `/c/${path}`
  if (kind === 'user') return `/u/${path}`
  if (kind === 'dead letters') return `/d/${path}`
  const event = [related['event'] ?? []].flat()[0]
  return `/events?${new URLSearchParams({ q: String(event ?? id) })}`
}
