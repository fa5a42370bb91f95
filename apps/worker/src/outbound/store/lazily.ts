import type { ObjectStore } from './object-store.ts'

/** A store that is opened when it is first needed: reading Amazon's code takes a sixth of the time that a worker needs to start. */
export function lazily(open: () => Promise<ObjectStore>): ObjectStore {
  let opened: Promise<ObjectStore> | undefined
  return {
    put: async (key, body, options) => {
      opened ??= open()
      return (await opened).put(key, body, options)
    },
    close: () => void opened?.then((store) => store.close()),
  }
}
