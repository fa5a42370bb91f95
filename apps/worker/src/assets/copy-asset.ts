import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { ObjectStore } from '../store/index.ts'
import { AssetFailure } from './asset-failure.ts'
import { decodeDataUri, isDataUri } from './data-uri.ts'
import type { Download, Downloader } from './download.ts'
import type { Digest } from './metered.ts'

export interface Asset {
  /** The job's id, or the training's: the host's own text. */
  ownerId: string
  /** Where in the output it stands: https://www.rfc-editor.org/rfc/rfc6901 */
  pointer: string
  /** `https:` or `data:`. */
  url: string
}

export interface StoredAsset extends Digest {
  storageKey: string
  contentType: string
}

/** Copies one file of an output, never whole in memory, to the one place it has. @throws AssetFailure, or what the store throws */
export async function copyAsset(
  { ownerId, pointer, url }: Asset,
  { downloader, store }: { downloader: Downloader; store: Pick<ObjectStore, 'put'> },
): Promise<StoredAsset> {
  const storageKey = storageKeyOf(ownerId, pointer)
  const { body, contentType, digest } = isDataUri(url) ? opened(url) : await downloader.download(url)
  let failure: AssetFailure | undefined
  body.once('error', (error) => {
    if (error instanceof AssetFailure) failure = error
  })
  try {
    await store.put(storageKey, body, { contentType })
    if (!body.readableEnded && !body.destroyed) await toEnd(body) // where it was there already, nobody has read it
  } catch (error) {
    throw failure ?? error // a store may wrap what its source threw
  } finally {
    body.destroy()
  }
  return { storageKey, contentType, ...digest() }
}

/** The same file has the same name, whoever copies it and however often. */
export function storageKeyOf(ownerId: string, pointer: string): string {
  return `${folderOf(ownerId)}/${pointerHash(pointer)}`
}

export const pointerHash = (pointer: string): string => sha256(pointer).slice(0, 32)

/** The host's ids are any text: one that would be no name of a folder is hashed. */
const folderOf = (ownerId: string): string =>
  /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/.test(ownerId) ? ownerId : `h.${sha256(ownerId)}`

const sha256 = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex')

function opened(url: string): Download {
  const { body, contentType } = decodeDataUri(url)
  const digest = { bytes: body.length, sha256: createHash('sha256').update(body).digest('hex') }
  return { body: Readable.from([body], { objectMode: false }), contentType, digest: () => digest }
}

async function toEnd(body: Readable): Promise<void> {
  for await (const _ of body) {
  }
}
