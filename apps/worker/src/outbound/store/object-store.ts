import type { Readable } from 'node:stream'
import { SluiceError } from '@sluice/events'

export interface PutOptions {
  contentType: string
}

/** Storage of documents and images. A name is written once and never changes. */
export interface ObjectStore {
  /**
   * Stores a file whole or not at all. If the name exists, the stored file stays and the call succeeds, because the
   * same effect ran before. A stream is destroyed when the store fails.
   *
   * @throws UnreachableError when the store cannot take it now: no answer, no space, no access.
   * @throws ConfigurationError when the store is not what the settings say.
   * @throws ObjectStoreError when the store rejects the file.
   */
  put(key: string, body: Buffer | Readable, options: PutOptions): Promise<void>
  close(): void
}

/** The store rejected the file. `code` is `s3_<status>`, an errno, or `invalid_key`. */
export class ObjectStoreError extends SluiceError {
  override readonly name = 'ObjectStoreError'
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern rejects control characters
const FORBIDDEN_IN_NAMES = /[\u0000-\u001f\u007f\\]/

/**
 * Names are relative paths with `/` between their parts.
 *
 * @throws ObjectStoreError `invalid_key` for a name that could leave the store, or that file systems refuse.
 */
export function checkKey(key: string): void {
  const parts = key.split('/')
  const isPart = (part: string) => part !== '' && part !== '.' && part !== '..' && Buffer.byteLength(part) <= 255
  if (FORBIDDEN_IN_NAMES.test(key) || Buffer.byteLength(key) > 900 || !parts.every(isPart))
    throw new ObjectStoreError('invalid_key')
}
