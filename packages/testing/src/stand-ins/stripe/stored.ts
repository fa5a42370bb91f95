import { type Collection, createCollection } from './collection.ts'
import { openObjectFile } from './object-file.ts'
import type { StripeObject } from './stripe-object.ts'

export type Store = ReturnType<typeof createStore>

/** The objects by path and account: an object of a connected account is visible to that account alone. */
export function createStore() {
  const file = openObjectFile()
  const collections = new Map<string | null, Map<string, Collection>>()

  const collectionsOf = (account: string | null) => collections.get(account) ?? new Map<string, Collection>()

  function collectionAt(path: string, account: string | null): Collection {
    const ofAccount = collectionsOf(account)
    const collection = ofAccount.get(path) ?? createCollection(file)
    collections.set(account, ofAccount.set(path, collection))
    return collection
  }

  return {
    put: (object: StripeObject, account: string | null): void =>
      collectionAt(collectionOf(object), account).put(object),
    remove(id: string): void {
      for (const ofAccount of collections.values()) for (const collection of ofAccount.values()) collection.remove(id)
    },
    /** The object at a path, `deleted` when it was deleted. */
    find(path: string, account: string | null): StripeObject | undefined {
      const end = path.lastIndexOf('/')
      const collection = collectionsOf(account).get(path.slice(0, end))
      const entry = collection?.find(path.slice(end + 1))
      return entry && collection?.read(entry)
    },
    /** The object with this id, in whatever list. */
    findById(id: string, account: string | null): StripeObject | undefined {
      for (const collection of collectionsOf(account).values()) {
        const entry = collection.find(id)
        if (entry) return collection.read(entry)
      }
      return undefined
    },
    collectionAt,
    close: file.close,
  }
}

/** `checkout.session` → `/v1/checkout/sessions`. */
export function collectionOf({ object }: Pick<StripeObject, 'object'>): string {
  if (object === 'v2.core.event') return '/v2/core/events'
  return `/v1/${object.replace('.', '/')}s`
}
