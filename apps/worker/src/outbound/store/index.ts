import type { StorePlace } from '@sluice/stored-files'
import { createCircuit } from '../circuit.ts'
import { createFileStore } from './file-store.ts'
import { lazily } from './lazily.ts'
import type { ObjectStore } from './object-store.ts'

export { placeOf, type StorePlace } from '@sluice/stored-files'
export { type ObjectStore, ObjectStoreError } from './object-store.ts'

/** @param timeoutMs after which a store that does not answer is unreachable. */
export const openStore = (place: StorePlace, timeoutMs: number): ObjectStore =>
  withCircuit(
    place.kind === 'file'
      ? createFileStore(place.directory)
      : lazily(async () => (await import('./s3-store.ts')).createS3Store(place, timeoutMs)),
    timeoutMs,
  )

/** The first pause of a store that failed is at most this long, in milliseconds. */
const PAUSE_MS = 2_000

function withCircuit(store: ObjectStore, timeoutMs: number): ObjectStore {
  const circuit = createCircuit({ firstMs: Math.min(PAUSE_MS, timeoutMs) })
  return { ...store, put: (...file) => circuit.run(() => store.put(...file)) }
}
