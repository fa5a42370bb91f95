import type { Readable } from 'node:stream'
import { SluiceError } from '@sluice/events'

export interface PutOptions {
  contentType: string
}

/** Where files go that outlive a request: documents, pictures. A name is written once and never changes. */
export interface ObjectStore {
  /**
   * Puts it there whole or not at all. Where the name is taken, what is there stays and nothing has failed: the same
   * effect was here before. A stream is passed on as it comes, and destroyed when the store fails.
   * @throws UnreachableError when the store does not answer, so that the same again may work.
   * @throws ObjectStoreError when it answers that it will not.
   */
  put(key: string, body: Buffer | Readable, options: PutOptions): Promise<void>
  close(): void
}

/** The store answered, and refused. `code` is `s3_<status>`, an errno, or `invalid_key`. */
export class ObjectStoreError extends SluiceError {
  override readonly name = 'ObjectStoreError'
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: it is these that no name may have
const NEVER_IN_NAMES = /[\u0000-\u001f\u007f\\]/

/**
 * Names are relative paths with `/` between their parts.
 * @throws ObjectStoreError `invalid_key` for one that could lead elsewhere, or that no file system takes.
 */
export function checkKey(key: string): void {
  const parts = key.split('/')
  const isPart = (part: string) => part !== '' && part !== '.' && part !== '..' && Buffer.byteLength(part) <= 255
  if (NEVER_IN_NAMES.test(key) || Buffer.byteLength(key) > 900 || !parts.every(isPart))
    throw new ObjectStoreError('invalid_key')
}
