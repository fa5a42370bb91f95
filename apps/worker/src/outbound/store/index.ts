import { createCircuit } from '../circuit.ts'
import { createFileStore } from './file-store.ts'
import { lazily } from './lazily.ts'
import type { ObjectStore } from './object-store.ts'
import type { S3Place } from './s3-store.ts'

export { type ObjectStore, ObjectStoreError } from './object-store.ts'

export type StorePlace = { kind: 'file'; directory: string } | ({ kind: 's3' } & S3Place)

const S3_ADDRESS = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/

/** Parses `file:<folder>` or `s3://<bucket>/<prefix>`; undefined for any other address. */
export function placeOf(address: string): StorePlace | undefined {
  if (/^file:./.test(address))
    return { kind: 'file', directory: address.slice('file:'.length).replace(/^\/\/(?=\/)/, '') }
  const [, bucket, path = ''] = S3_ADDRESS.exec(address) ?? []
  if (bucket === undefined) return undefined
  const prefix = path.split('/').filter(Boolean).join('/')
  return { kind: 's3', bucket, prefix: prefix && `${prefix}/` }
}

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
