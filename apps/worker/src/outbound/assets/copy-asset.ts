import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { Semaphore } from 'async-mutex'
import type { ObjectStore } from '../store/index.ts'
import { AssetError } from './asset-error.ts'
import { decodeDataUri, isDataUri } from './data-uri.ts'
import type { Download, Downloader } from './download.ts'
import { withMediaType } from './media-type.ts'
import type { Digest } from './metered.ts'
import { storedTypeOf } from './stored-type.ts'

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
  if (isDataUri(url)) return withinBudget(url.length * DATA_URI_COPIES, () => put(opened(url)))
  const download = await downloader.download(url)
  const buffered = Math.min(BUFFERED_BYTES, (download.expectedBytes ?? BUFFERED_BYTES) * 2)
  return withinBudget(buffered, () => put(download)).finally(() => download.body.destroy())

  async function put({ body: received, contentType: named, digest }: Download): Promise<StoredAsset> {
    const { body, ...type } = await withMediaType(received, named, url)
    const { contentType, extension } = storedTypeOf(type)
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
}

const MIB = 1024 ** 2

/** Memory of all copies of a process together, in MiB: the semaphore counts down from it whenever a copy ends. */
const BUDGET_MIB = 64

/** A stream is held in parts of 5 MiB by the client of S3: one is sent while the next is filled. */
const BUFFERED_BYTES = 12 * MIB

/** A data URI is held as text, without its escapes, and as bytes. */
const DATA_URI_COPIES = 4

const budget = new Semaphore(BUDGET_MIB)

const withinBudget = <T>(bytes: number, work: () => Promise<T>): Promise<T> =>
  budget.runExclusive(work, Math.min(BUDGET_MIB, Math.max(1, Math.ceil(bytes / MIB))))

function opened(url: string): Download {
  const { body, contentType } = decodeDataUri(url)
  const digest = { bytes: body.length, sha256: createHash('sha256').update(body).digest('hex') }
  return {
    body: Readable.from([body], { objectMode: false }),
    contentType,
    expectedBytes: body.length,
    digest: () => digest,
  }
}

async function toEnd(body: Readable): Promise<void> {
  for await (const _ of body) {
  }
}
