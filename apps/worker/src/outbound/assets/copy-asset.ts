import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { ObjectStore } from '../store/index.ts'
import { AssetError } from './asset-error.ts'
import { decodeDataUri, isDataUri } from './data-uri.ts'
import type { Download, Downloader } from './download.ts'
import { withMediaType } from './media-type.ts'
import type { Digest } from './metered.ts'

/** Multiplier of the effect time limit for copies, because a large video may arrive slowly. */
export const COPY_TIME_FACTOR = 20

export interface Asset {
  /** Its name in the object store, without the extension. */
  assetKey: string
  /** `https:` or `data:`. */
  url: string
}

export interface StoredAsset extends Digest {
  /** Its name in the object store, with the extension of its type. */
  storageKey: string
  contentType: string
}

/** Streams one file of an output to the object store. @throws AssetError, or an error of the store */
export async function copyAsset(
  { assetKey, url }: Asset,
  { downloader, store }: { downloader: Downloader; store: Pick<ObjectStore, 'put'> },
): Promise<StoredAsset> {
  const { body: received, contentType: named, digest } = isDataUri(url) ? opened(url) : await downloader.download(url)
  const { body, contentType, extension } = await withMediaType(received, named, url)
  const storageKey = `${assetKey}${extension}`
  let failure: AssetError | undefined
  body.once('error', (error) => {
    if (error instanceof AssetError) failure = error
  })
  try {
    await store.put(storageKey, body, { contentType })
    if (!body.readableEnded && !body.destroyed) await toEnd(body) // if the name existed, the store did not read the body
  } catch (error) {
    throw failure ?? error // a store may wrap the error of its source
  } finally {
    body.destroy()
  }
  return { storageKey, contentType, ...digest() }
}

function opened(url: string): Download {
  const { body, contentType } = decodeDataUri(url)
  const digest = { bytes: body.length, sha256: createHash('sha256').update(body).digest('hex') }
  return { body: Readable.from([body], { objectMode: false }), contentType, digest: () => digest }
}

async function toEnd(body: Readable): Promise<void> {
  for await (const _ of body) {
  }
}
