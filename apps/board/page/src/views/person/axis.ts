import type { Person } from '../../api/types.ts'

export type Item = Person['timeline'][number]

const DAY = 86_400_000

/** The time from the first item to now, and where a time is on it, from 0 to 1. Null is its end. */
export function axisOf(items: readonly Item[], now: Date) {
  const times = items.flatMap(({ at, until }) => [Date.parse(at), ...(until === null ? [] : [Date.parse(until)])])
  const to = Math.max(now.getTime(), ...times)
  const from = Math.min(to - DAY, ...times)
  return {
    from: new Date(from),
    to: new Date(to),
    at: (time: string | null): number => (time === null ? 1 : (Date.parse(time) - from) / (to - from)),
  }
}

/** A lane for each subscription, and one for each kind of point. */
export function lanesOf(items: readonly Item[]): { name: string; items: Item[] }[] {
  const lanes = new Map<string, Item[]>()
  for (const item of items) {
    const name = item.kind === 'subscription' ? item.id : `${item.kind}s`
    lanes.set(name, [...(lanes.get(name) ?? []), item])
  }
  return [...lanes].map(([name, own]) => ({ name, items: own }))
}
