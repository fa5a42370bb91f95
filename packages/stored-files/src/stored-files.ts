import { open, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import type { S3Client } from '@aws-sdk/client-s3'
import { checkKey, ObjectStoreError } from './key.ts'
import type { S3Place, StorePlace } from './place.ts'

/** The files that the worker has stored. Every call throws `ObjectStoreError` if the store cannot do it. */
export interface StoredFiles {
  /** Throws unless the store is there: a folder that is missing would look like one whose files are gone. */
  check(): Promise<void>
  /** Undefined if there is no such file. @param range default: the whole file */
  read(key: string, range?: ByteRange): Promise<Readable | undefined>
  /** The length of a file and its first bytes; undefined if there is no such file. @param bytes at most so many */
  readHead(key: string, bytes: number): Promise<FileHead | undefined>
  /** Succeeds as well if there is no such file. */
  remove(key: string): Promise<void>
  close(): void
}

/** Zero-based offsets of the first and of the last byte. */
export interface ByteRange {
  start: number
  end: number
}

export interface FileHead {
  /** Of the whole file. */
  bytes: number
  head: Buffer
}

export interface StoreSettings {
  /** After which a store that does not answer is unreachable, in milliseconds. */
  timeoutMs: number
}

export const openStoredFiles = (place: StorePlace, { timeoutMs }: StoreSettings): StoredFiles =>
  place.kind === 'file' ? inFolder(place.directory) : inBucket(place, timeoutMs)

function inFolder(directory: string): StoredFiles {
  return {
    check: async () => void (await stat(directory).catch(fail)),
    async read(key, range) {
      checkKey(key)
      const file = await open(join(directory, key)).catch(unlessMissing)
      return file?.createReadStream(range)
    },
    async readHead(key, bytes) {
      checkKey(key)
      const file = await open(join(directory, key)).catch(unlessMissing)
      if (!file) return undefined
      try {
        const { size } = await file.stat()
        const { bytesRead, buffer } = await file.read(Buffer.alloc(bytes), 0, bytes, 0)
        return { bytes: size, head: buffer.subarray(0, bytesRead) }
      } catch (error) {
        return fail(error)
      } finally {
        await file.close()
      }
    },
    async remove(key) {
      checkKey(key)
      await unlink(join(directory, key)).catch(unlessMissing)
    },
    close: () => {},
  }
}

/** Loads the AWS SDK on first use. */
function inBucket(place: S3Place, timeoutMs: number): StoredFiles {
  let opened: Promise<{ client: S3Client; sdk: typeof import('@aws-sdk/client-s3') }> | undefined
  const open = () => {
    opened ??= Promise.all([import('@aws-sdk/client-s3'), import('./s3-client.ts')]).then(
      ([sdk, { createS3Client }]) => ({ sdk, client: createS3Client(place, timeoutMs) }),
    )
    return opened
  }
  const target = (key: string) => ({ Bucket: place.bucket, Key: place.prefix + key })
  return {
    check: async () => {}, // each request of a missing bucket fails
    async read(key, range) {
      checkKey(key)
      const { client, sdk } = await open()
      const found = await client
        .send(new sdk.GetObjectCommand({ ...target(key), ...ranged(range) }))
        .catch(unlessMissing)
      return found?.Body as Readable | undefined
    },
    async readHead(key, bytes) {
      checkKey(key)
      const { client, sdk } = await open()
      const first = ranged({ start: 0, end: bytes - 1 })
      const found = await client.send(new sdk.GetObjectCommand({ ...target(key), ...first })).catch(unlessEmpty)
      if (found === 'empty') return { bytes: 0, head: Buffer.alloc(0) }
      if (!found?.Body) return undefined
      const head = Buffer.from(await found.Body.transformToByteArray().catch(fail))
      return { bytes: Number(/\/(\d+)$/.exec(found.ContentRange ?? '')?.[1] ?? head.length), head }
    },
    async remove(key) {
      checkKey(key)
      const { client, sdk } = await open()
      await client.send(new sdk.DeleteObjectCommand(target(key))).catch(fail)
    },
    close: () => void opened?.then(({ client }) => client.destroy()),
  }
}

const ranged = (range: ByteRange | undefined) => (range ? { Range: `bytes=${range.start}-${range.end}` } : {})

/** S3 has no first byte of an empty object to answer with. */
function unlessEmpty(error: unknown): 'empty' | undefined {
  return (error as { name?: unknown }).name === 'InvalidRange' ? 'empty' : unlessMissing(error)
}

function unlessMissing(error: unknown): undefined {
  const { code, name } = error as { code?: unknown; name?: unknown }
  if (code !== 'ENOENT' && name !== 'NoSuchKey') fail(error)
}

function fail(error: unknown): never {
  throw new ObjectStoreError(codeOf(error), undefined, { cause: error })
}

function codeOf(error: unknown): string {
  const { code, $metadata, name } = error as {
    code?: unknown
    name?: unknown
    $metadata?: { httpStatusCode?: number }
  }
  const status = $metadata?.httpStatusCode
  return status === undefined ? String(code ?? name) : `s3_${status}`
}
