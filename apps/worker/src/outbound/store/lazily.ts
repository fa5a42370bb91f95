import type { ObjectStore } from './object-store.ts'

/** Opens a store on first use: loading the AWS SDK takes a sixth of a worker's start. */
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
