import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { ObjectStore } from '../store/index.ts'
import { AssetError } from './asset-error.ts'
import { decodeDataUri, isDataUri } from './data-uri.ts'
import type { Download, Downloader } from './download.ts'
import type { Digest } from './metered.ts'

/** Multiplies the time limit of an effect for a copy: a video of a gigabyte arrives as fast as its host sends it. */
export const COPY_TIME_FACTOR = 20

export interface Asset {
  /** The one place that it has. */
  storageKey: string
  /** `https:` or `data:`. */
  url: string
}

export interface StoredAsset extends Digest {
  contentType: string
}

/** Copies one file of an output, never whole in memory, to its place in the store. @throws AssetError, or what the store throws */
export async function copyAsset(
  { storageKey, url }: Asset,
  { downloader, store }: { downloader: Downloader; store: Pick<ObjectStore, 'put'> },
): Promise<StoredAsset> {
  const { body, contentType, digest } = isDataUri(url) ? opened(url) : await downloader.download(url)
  let failure: AssetError | undefined
  body.once('error', (error) => {
    if (error instanceof AssetError) failure = error
  })
  try {
    await store.put(storageKey, body, { contentType })
    if (!body.readableEnded && !body.destroyed) await toEnd(body) // where it was there already, nobody has read it
  } catch (error) {
    throw failure ?? error // a store may wrap what its source threw
  } finally {
    body.destroy()
  }
  return { contentType, ...digest() }
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
