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
  ['Generations', '/generations', 'predictions with their pictures'],
  ['Failed generations', '/generations?status=failed', ''],
  ['Repeats', '/deliveries', 'what a provider sent twice'],
  ['Refused requests', '/deliveries?outcome=refused', 'what failed verification, and from where'],
  ['E-mails', '/emails', 'what customers and staff were sent'],
  ['Ledger', '/ledger', 'trial balance, sums of each day'],
  ['Overview', '/overview', 'what needs attention'],
  ['Health', '/health', 'stores, processes, queues, and what the checks find'],
  ['Reconcile', '/reconcile', 'what providers sent, and what was missed'],
  ['Actions', '/actions', 'who did what, when and why'],
  ['Queues', '/queues', 'Bull Board'],
]

const SEND: (typeof PLACES)[number] = ['Send', '/send', 'an event, signed as its provider does']

/** Views whose name begins a word with this text, and the search for it among events. */
export function placesFor(text: string, maySend: boolean): Entry[] {
  const wanted = text.toLowerCase()
  const places = [...PLACES, ...(maySend ? [SEND] : [])].filter(([label]) =>
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

/** The pages that a text leads to. A thing without a page leads to the events that name it. */
export const entriesOf = (found: Found[]): Entry[] => found.map(entryOf)

function entryOf({ kind, id, related: { status, ...others }, link }: Found): Entry {
  const about = [status ?? '', ...Object.entries(others).map(([name, value]) => `${name} ${[value].flat().join(', ')}`)]
  const to = link ?? `/events?${new URLSearchParams({ q: id })}`
  return { key: `${kind} ${id}`, kind, label: id, about: about.filter(Boolean).join(' · '), to }
}
