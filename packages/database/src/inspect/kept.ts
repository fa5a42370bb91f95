import type { Pool } from 'pg'

interface Kept {
  key: string
  value: Promise<unknown>
}

const BY_POOL = new WeakMap<Pool, Map<string, Kept>>()

/**
 * Reads again only when the key has changed, however many tabs ask. One value is kept for each name.
 *
 * @param read a failure is not kept
 */
export function keptFor<T>(pool: Pool, name: string, key: string, read: () => Promise<T>): Promise<T> {
  const kept = BY_POOL.get(pool) ?? new Map<string, Kept>()
  BY_POOL.set(pool, kept)
  const found = kept.get(name)
  if (found?.key === key) return found.value as Promise<T>
  const value = read()
  kept.set(name, { key, value })
  value.catch(() => kept.delete(name))
  return value
}
