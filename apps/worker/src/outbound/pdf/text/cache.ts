/** Keeps values of a process; it is emptied when it is full. */
export interface Cache<V> {
  get(key: string): V | undefined
  keep(key: string, value: V): V
}

export function createCache<V>(max: number): Cache<V> {
  const values = new Map<string, V>()
  return {
    get: (key) => values.get(key),
    keep(key, value) {
      if (values.size >= max) values.clear()
      values.set(key, value)
      return value
    },
  }
}
