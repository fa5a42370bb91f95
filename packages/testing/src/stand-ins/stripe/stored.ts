/** An API object; its path follows from `object` and `id`. */
export interface StripeObject {
  id: string
  object: string
  [field: string]: unknown
}

interface Stored {
  object: StripeObject
  path: string
  account: string | null
}

export type Store = ReturnType<typeof createStore>

/** The objects by path and account: an object of a connected account is visible to that account alone. */
export function createStore() {
  const stored = new Map<string, Stored>()
  const keyOf = (path: string, account: string | null) => `${account ?? ''} ${path}`

  return {
    put(object: StripeObject, account: string | null): void {
      const path = `${collectionOf(object)}/${object.id}`
      stored.set(keyOf(path, account), { object, path, account })
    },
    remove(id: string): void {
      for (const [key, { object }] of stored) if (object.id === id) stored.delete(key)
    },
    find: (path: string, account: string | null): StripeObject | undefined => stored.get(keyOf(path, account))?.object,
    /** Newest first, as Stripe lists: https://docs.stripe.com/api/pagination */
    list: (collection: string, account: string | null): StripeObject[] =>
      [...stored.values()]
        .filter((one) => one.account === account && one.path === `${collection}/${one.object.id}`)
        .map(({ object }) => object)
        .reverse()
        .sort((a, b) => Number(b['created'] ?? 0) - Number(a['created'] ?? 0)),
  }
}

/** `checkout.session` → `/v1/checkout/sessions`. */
export function collectionOf({ object }: Pick<StripeObject, 'object'>): string {
  if (object === 'v2.core.event') return '/v2/core/events'
  return `/v1/${object.replace('.', '/')}s`
}
