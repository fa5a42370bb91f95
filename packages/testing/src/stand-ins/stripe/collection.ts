import type { ObjectFile, Place } from './object-file.ts'
import type { StripeObject } from './stripe-object.ts'

/** An object in a list; the object itself is in the file. */
export interface Entry extends Place {
  id: string
  created: number
  /** Grows with each new object, so that objects of one second have an order. */
  order: number
  isDeleted: boolean
}

export type FieldOf = (object: StripeObject) => unknown

export type Collection = ReturnType<typeof createCollection>

/** The objects of one list of one account. */
export function createCollection(file: ObjectFile) {
  const byId = new Map<string, Entry>()
  const indexes = new Map<string, Index>()
  const entries: Entry[] = []
  let isSorted = true
  let count = 0

  const read = (entry: Entry) => file.read(entry) as StripeObject

  function indexBy(field: string, fieldOf: FieldOf): Index {
    const known = indexes.get(field)
    if (known) return known
    const index = { fieldOf, entries: new Map() }
    for (const entry of entries) addTo(index, read(entry), entry)
    indexes.set(field, index)
    return index
  }

  return {
    read,
    find: (id: string): Entry | undefined => byId.get(id),
    put(object: StripeObject): void {
      const known = byId.get(object.id)
      const created = Number(object['created'] ?? known?.created ?? 0)
      const stored = { ...file.append(object), created, isDeleted: object['deleted'] === true }
      const entry = known ? Object.assign(known, stored) : { id: object.id, order: count++, ...stored }
      for (const index of indexes.values()) addTo(index, object, entry)
      if (known) return
      byId.set(entry.id, entry)
      entries.push(entry)
      isSorted = false
    },
    remove(id: string): void {
      const entry = byId.get(id)
      if (!entry) return
      byId.delete(id)
      entries.splice(entries.indexOf(entry), 1)
      indexes.clear()
    },
    /** Newest first, as Stripe lists: https://docs.stripe.com/api/pagination */
    list(): readonly Entry[] {
      if (!isSorted) entries.sort(newestFirst)
      isSorted = true
      return entries
    },
    /** Those whose field has this value now, or had it once; newest first. */
    where: (field: string, fieldOf: FieldOf, value: string): readonly Entry[] =>
      [...(indexBy(field, fieldOf).entries.get(value) ?? [])].sort(newestFirst),
  }
}

interface Index {
  fieldOf: FieldOf
  entries: Map<string, Set<Entry>>
}

function addTo({ fieldOf, entries }: Index, object: StripeObject, entry: Entry): void {
  const value = String(fieldOf(object))
  const same = entries.get(value) ?? new Set()
  entries.set(value, same.add(entry))
}

/** The order of every list. */
export const newestFirst = (one: Entry, other: Entry): number => other.created - one.created || other.order - one.order
